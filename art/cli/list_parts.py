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
    registry: Annotated[
        str | None, typer.Argument(help="One registry, e.g. stages.", metavar="REGISTRY")
    ] = None,
    search: Annotated[
        str, typer.Option(help="A word in the name, the doc or a setting.", metavar="WORD")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON alone.")] = False,
    code: Code = None,
) -> None:
    """Show what is registered, with parameters, defaults and one line of doc."""
    from art import api, registries

    parts = api.parts(registry, code=code or (), search=search)
    if as_json:
        import json

        console.out(json.dumps([part.to_json() for part in parts], indent=2, ensure_ascii=False))
        return
    if search and not parts:
        where = f"@{registry}" if registry else "any registry"
        console.say(f"nothing in {where} has '{search}' in its name, doc or settings.")
        return
    from art.reporting.parts import describe_parts

    names = {part.registry for part in parts}
    shown = [name for name in registries.ALL if name == registry or name in names]
    does = {name: registries.ALL[name].does for name in shown}
    console.out(describe_parts(parts, does, console.screen()))
