"""`art list`: what is registered."""

from __future__ import annotations

from typing import Annotated

import typer

from art.cli.console import console
from art.cli.options import Code


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("list")(list_parts)


def list_parts(
    registry: Annotated[str | None, typer.Argument(help="One registry, e.g. stages.")] = None,
    code: Code = None,
) -> None:
    """Show what is registered, with parameters, defaults and one line of doc."""
    from art import api

    last = ""
    for part in api.parts(registry, code=code or ()):
        if part.registry != last:
            console.out(f"{'' if not last else chr(10)}@{part.registry}")
            last = part.registry
        console.out(f"  {part.name}  {part.doc}")
        for setting in part.settings:
            console.out(f"      {setting}")
