"""`art quickstart`: the page that writes a config."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from art.cli.console import console
from art.cli.options import Code


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("quickstart")(quickstart)


def quickstart(
    port: Annotated[
        int, typer.Option(help="Where to listen; 0 for any free port.", min=0, max=65535)
    ] = 0,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open it in the browser.")
    ] = True,
    code: Code = None,
    save: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Write the page there, for another web server, and end."
        ),
    ] = None,
) -> None:
    """Serve the page that writes a config from a few choices, on this machine alone.

    What plugins and --code files register is among the choices.
    """
    from art import api

    api.quickstart(port, browser=browser, code=code or (), save=save, say=console.say)
