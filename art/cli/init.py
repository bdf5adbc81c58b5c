"""`art init`: write something to start from."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

import typer

from art.cli import init_project, init_system
from art.cli.console import console
from art.cli.options import OVERRIDABLE, Code, SettingsCommand, overrides_in
from art.quickstart.options import Control, load_options

OPEN = ("data", "model", "visualizers", "loggers")
"""Controls whose values may be any registered names, the user's own among them."""

app = typer.Typer(help="Write a config to start from.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def init() -> None:
    """Write a config to start from."""


def _config(
    context: typer.Context,
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="Where to write it; - is stdout.")
    ] = Path("config.cfg"),
    code: Code = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    edit: Annotated[
        bool, typer.Option("--edit", help="Show it in your editor before it is saved.")
    ] = False,
    **chosen: str | None,
) -> None:
    """Write a complete recipe config, ready to train.

    Any setting of the config can be given as --section.key=value.
    """
    from art import api
    from art.core.files import write_named
    from art.errors import PathError, UserError

    try:
        str(out).encode()
    except UnicodeEncodeError:
        raise PathError(f"{out}: the name is not UTF-8, and the config names itself.") from None
    if edit and str(out) == "-":
        raise UserError("--edit needs a file: give OUT a name in place of -.")
    options: dict[str, Any] = dict(chosen)
    for name in ("stages", "visualizers", "loggers"):
        options[name] = _words(chosen[name])
    text = api.init_config(
        **options,
        code=code or (),
        name="config.cfg" if str(out) == "-" else str(out),
        settings=overrides_in(context),
    )
    if str(out) == "-":
        console.out_config(text)
        return
    if out.exists() and not force:
        raise PathError(f"{out} is there already. Choose another name, or replace it with --force.")
    if edit:
        text = api.edit_config(text, out, say=console.say)
    else:
        write_named(out, text)
    console.say(f"wrote {out}. Next: {_first_command(text)}")


def _first_command(config: str) -> str:
    """The command that the config's header gives, if its reader has left it there."""
    lines = [line[1:].strip() for line in config.splitlines() if line.startswith("#   art ")]
    return lines[0] if lines else "art train"


def _words(text: str | None) -> list[str] | None:
    words = [word.strip() for word in (text or "").split(",") if word.strip()]
    return [] if words == ["none"] else words or None


def _with_choices(command: Callable[..., None]) -> Callable[..., None]:
    """The command with an option for each control of the quickstart page but its name."""
    types = get_type_hints(command, include_extras=True)
    own = inspect.signature(command).parameters.values()
    asked = [
        inspect.Parameter(
            control.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=control.values[0] if control.name in ("task", "optimize", "hardware") else None,
            annotation=_annotation(control),
        )
        for control in load_options()
        if control.entries
    ]
    fixed = [
        one.replace(annotation=types[one.name]) for one in own if one.kind is not one.VAR_KEYWORD
    ]
    command.__signature__ = inspect.Signature([*fixed, *asked])  # type: ignore[attr-defined]
    command.__annotations__ = {one.name: one.annotation for one in (*fixed, *asked)}
    return command


def _annotation(control: Control) -> Any:
    if control.kind == "many":
        some = "" if control.name in OPEN else f" Of {', '.join(control.values)}."
        text = (
            f"{control.help} Names separated by commas, or none; ART's own choice by default.{some}"
        )
        return Annotated[str | None, typer.Option(metavar="NAMES", help=text)]
    if control.name in OPEN:
        return Annotated[str | None, typer.Option(metavar="NAME", help=control.help)]
    values = control.values
    text = f"{control.help} {', '.join(values)}."
    return Annotated[Literal[values], typer.Option(metavar=control.name.upper(), help=text)]


app.command("config", cls=SettingsCommand, context_settings=OVERRIDABLE)(_with_choices(_config))
init_system.register(app)
init_project.register(app)
