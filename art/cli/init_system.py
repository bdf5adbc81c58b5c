"""`art init system`: write a system.cfg for this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from art.cli.console import console
from art.cli.options import OVERRIDABLE, Code, SettingsCommand, TrustCode, overrides_in
from art.cli.trusting import trust


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("system", cls=SettingsCommand, context_settings=OVERRIDABLE)(init_system)


def init_system(
    context: typer.Context,
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="Where to write it; - is stdout.")
    ] = Path("system.cfg"),
    fit: Annotated[
        Path | None,
        typer.Option(metavar="CONFIG", help="Measure how much of its batch fits in memory."),
    ] = None,
    code: Code = None,
    trust_code: TrustCode = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Look at this machine and write a system.cfg for it.

    Settings to write as well can be given as --section.key=value: --paths.data=/data.
    """
    from art import api
    from art.core.files import write_named
    from art.errors import PathError

    is_there = str(out) != "-" and out.exists()
    if is_there and not force:
        raise PathError(f"{out} is there already. Choose another name, or replace it with --force.")
    text = api.init_system(
        fit, settings=overrides_in(context), code=code or (), trust_code=trust(trust_code)
    )
    if str(out) == "-":
        console.out_config(text)
        return
    write_named(out, text)
    console.say(f"wrote {out}. It counts for the recipe configs beside it.")
