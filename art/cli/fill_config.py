"""`art fill-config`: complete a config with every default."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from art.cli.console import console
from art.cli.options import Code


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("fill-config")(fill_config)


def fill_config(
    base: Annotated[Path, typer.Argument(help="The config to complete; - is stdin.")],
    out: Annotated[Path, typer.Argument(help="Where to write it; - is stdout.")] = Path("-"),
    diff: Annotated[
        bool, typer.Option("--diff", help="Show what is added; write nothing.")
    ] = False,
    code: Code = None,
) -> None:
    """Complete a config with every default. Comments, order and interpolation stay."""
    from art import api
    from art.core.files import atomic_write, read_text

    text = sys.stdin.read() if str(base) == "-" else read_text(base, "config")
    source = "<stdin>" if str(base) == "-" else str(base)
    filled = api.fill_config(text, source, code=code or ())
    if diff:
        console.out_raw(_difference(text, filled, source))
    elif str(out) == "-":
        console.out_raw(filled)
    else:
        atomic_write(out, filled)
        console.say(f"wrote {out}")


def _difference(before: str, after: str, source: str) -> str:
    from difflib import unified_diff

    lines = unified_diff(
        before.splitlines(keepends=True),
        after.splitlines(keepends=True),
        source,
        f"{source} (filled)",
    )
    if not console.colour:
        return "".join(lines)
    colours = {"+": "\x1b[32m", "-": "\x1b[31m", "@": "\x1b[36m"}
    return "".join(
        f"{colours[line[0]]}{line.rstrip()}\x1b[0m\n" if line[0] in colours else line
        for line in lines
    )
