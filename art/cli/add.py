"""`art add`: one more part in a config."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from art.cli.change_config import Change, DryRun, KindName, chosen, show
from art.cli.options import OVERRIDABLE, Code, SettingsCommand, TrustCode, overrides_in
from art.cli.trusting import trust


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("add", cls=SettingsCommand, context_settings=OVERRIDABLE)(add)


def add(
    context: typer.Context,
    kind: KindName,
    name: Annotated[str, typer.Argument(help="Its registered name: see art list.", metavar="NAME")],
    config: Annotated[
        Path | None, typer.Argument(help="The config; the one in this folder if left out.")
    ] = None,
    own_name: Annotated[
        str, typer.Option("--as", metavar="NAME", help="What its section is called.")
    ] = "",
    stage: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A check's stage; else the stages that it is on in."),
    ] = None,
    after: Annotated[
        str, typer.Option(metavar="STAGE", help="A new stage runs after this one.")
    ] = "",
    before: Annotated[
        str, typer.Option(metavar="STAGE", help="A new stage runs before this one.")
    ] = "",
    dry_run: DryRun = False,
    code: Code = None,
    trust_code: TrustCode = False,
) -> None:
    """Add a part to a config: its section with defaults and comments, in the right place.

    The part's settings are given as --KIND.key=value. All else stays as it is, byte for byte.
    """
    import shlex

    from art import api
    from art.config.reading.source import read_source
    from art.config.writing.parts.adding import Wanted, section_name

    config = chosen(config)
    found = read_source(config)
    wanted = Wanted(
        kind=kind,
        registered=name,
        name=own_name,
        stages=tuple(stage or ()),
        after=after,
        before=before,
        settings=tuple(overrides_in(context)),
    )
    text = api.add_part(
        found.text, found.name, wanted, code=code or (), trust_code=trust(trust_code)
    )
    single = kind in ("data", "model") and not own_name
    undo = ["art", "remove", kind, name if single else section_name(wanted), str(config)]
    undo += ["--stage", *wanted.stages] if kind == "check" else []
    undo += [word for path in code or () for word in ("--code", str(path))]
    show(Change(config, found.text, text), dry_run, f"To undo it: {shlex.join(undo)}")
