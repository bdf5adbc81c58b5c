"""`art fill-config`: complete a config with every default."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from art.cli.console import console
from art.cli.options import Code, TrustCode
from art.cli.trusting import trust


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("fill-config")(fill_config)


def fill_config(
    base: Annotated[
        Path, typer.Argument(metavar="BASE", help="The config to complete; - is stdin.")
    ],
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="Where to write it; - is stdout.")
    ] = Path("-"),
    diff: Annotated[
        bool, typer.Option("--diff", help="Show what is added; write nothing.")
    ] = False,
    code: Code = None,
    trust_code: TrustCode = False,
) -> None:
    """Complete a config with every default. Comments, order and interpolation stay."""
    from art import api
    from art.config.reading.source import read_source
    from art.core.files import write_named

    found = read_source(base)
    filled = api.fill_config(
        found.text,
        found.name,
        code=code or (),
        trust_code=trust(trust_code),
        folder=found.folder,
    )
    if diff:
        _show_difference(found.text, filled, found.name)
    elif str(out) == "-":
        console.out_config(filled)
    elif out == base and filled == found.text:
        console.say(f"{out} is complete already")
    else:
        write_named(out, filled)
        console.say(f"wrote {out}")


def _show_difference(before: str, after: str, source: str) -> None:
    from art.reporting.difference import difference

    text = difference(before, after, (source, f"{source} (filled)"), colour=console.colour)
    if text:
        console.out_config(text)
    else:
        console.say(f"{source} is complete already")
