"""`art remove`: one part less in a config."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from art.cli.change_config import Change, DryRun, KindName, chosen, show
from art.cli.options import Code, TrustCode
from art.cli.trusting import trust
from art.errors import UserError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("remove")(remove)


def remove(
    kind: KindName,
    name: Annotated[
        str,
        typer.Argument(
            help="What its section is called, or its registered name; data and model need none."
        ),
    ] = "",
    config: Annotated[
        Path | None, typer.Argument(help="The config; the one in this folder if left out.")
    ] = None,
    stage: Annotated[
        str, typer.Option(metavar="NAME", help="A check's stage, where several have one.")
    ] = "",
    dry_run: DryRun = False,
    code: Code = None,
    trust_code: TrustCode = False,
) -> None:
    """Take a part out of a config. After art add the config is as it was before, byte for byte."""
    from art import api
    from art.config.reading.source import read_source

    if kind in ("data", "model") and config is None and (name == "-" or name.endswith(".cfg")):
        config, name = Path(name), ""
    if not name and kind not in ("data", "model"):
        raise UserError(f"which {kind}? Name it: art remove {kind} NAME [CONFIG].")
    config = chosen(config)
    found = read_source(config)
    text = api.remove_part(
        found.text,
        found.name,
        kind,
        name or kind,
        stage=stage,
        code=code or (),
        trust_code=trust(trust_code),
    )
    missing = f"It has no {kind} now: art add {kind} NAME {config}" if _needed(kind, text) else ""
    show(Change(config, found.text, text), dry_run, missing)


def _needed(kind: str, text: str) -> bool:
    """Whether the config now lacks what every config must have."""
    from art.config.reading.document import read

    sections = {path[0] for path in read(text, "config").sections}
    return kind in ("data", "model") and not sections & {kind, f"{kind}s"}
