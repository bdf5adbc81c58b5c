"""`art config`: a config for tools that know JSON and no .cfg."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated, Any

import typer

from art.cli.console import console
from art.cli.options import Code
from art.errors import UNSEEN

app = typer.Typer(
    help="A config for tools that know JSON.", no_args_is_help=True, rich_markup_mode=None
)

Out = Annotated[Path, typer.Argument(help="Where to write it; - is stdout.")]


@app.callback()
def config() -> None:
    """A config for tools that know JSON."""


@app.command("schema")
def schema(out: Out = Path("-"), code: Code = None) -> None:
    """Write the JSON Schema of a config's JSON form, with every registered part."""
    from art import api
    from art.config.schema.document import config_schema
    from art.core.code import load_code

    api.populate()
    load_code(code or ())
    _write(config_schema(), out)


@app.command("json")
def as_json(
    config: Annotated[
        Path, typer.Argument(help="The config to read; - is stdin.", metavar="CONFIG")
    ],
    out: Out = Path("-"),
) -> None:
    """Write a config as JSON: as it is written, nothing filled in, references kept."""
    from art.config.reading.source import read_source
    from art.config.schema.json_form import json_form

    source = read_source(config)
    _write(json_form(source.text, source.name), out)


def _write(content: Any, out: Path) -> None:
    from art.core.files import write_named
    from art.errors import PathError

    if str(out) != "-" and out.suffix != ".json":  # a config named by mistake must not be lost
        raise PathError(f"{out}: JSON is written to a file that ends in .json, or to - for stdout.")
    ascii_only = str(out) == "-" and not console.unicode
    text = json.dumps(content, indent=2, ensure_ascii=ascii_only, allow_nan=False) + "\n"
    if str(out) == "-":
        console.out_raw(UNSEEN.sub(_as_escape, text))
        return
    write_named(out, text)
    console.say(f"wrote {out}")


def _as_escape(unseen: re.Match[str]) -> str:
    """A character that cannot be seen, or turns text around, as JSON also writes it."""
    return unseen[0] if unseen[0] == "\n" else json.dumps(unseen[0])[1:-1]
