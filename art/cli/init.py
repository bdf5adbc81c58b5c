"""`art init`: write a config to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, get_args

import typer

from art.cli.console import console
from art.cli.options import OVERRIDABLE, Code, SettingsCommand, overrides_in

Task = Literal[
    "image-classification",
    "tabular-classification",
    "tabular-regression",
    "text-classification",
    "segmentation",
]

app = typer.Typer(help="Write a config to start from.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def init() -> None:
    """Write a config to start from."""


@app.command("config", cls=SettingsCommand, context_settings=OVERRIDABLE)
def config(
    context: typer.Context,
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="Where to write it; - is stdout.")
    ] = Path("config.cfg"),
    task: Annotated[
        Task,
        typer.Option(metavar="TASK", help=f"The kind of problem: {', '.join(get_args(Task))}."),
    ] = "image-classification",
    data: Annotated[
        str | None, typer.Option(metavar="NAME", help="A name registered in @data.")
    ] = None,
    model: Annotated[
        str | None, typer.Option(metavar="NAME", help="A name registered in @models.")
    ] = None,
    optimize: Annotated[
        Literal["efficiency", "accuracy"], typer.Option(help="What matters more.")
    ] = "efficiency",
    hardware: Annotated[Literal["cpu", "gpu"], typer.Option(help="What trains.")] = "cpu",
    stages: Annotated[
        str | None,
        typer.Option(
            metavar="NAMES", help="The stages, separated by commas; all seven by default."
        ),
    ] = None,
    loggers: Annotated[
        str | None,
        typer.Option(metavar="NAMES", help="Loggers by registered name, separated by commas."),
    ] = None,
    code: Code = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write a complete recipe config, ready to train.

    Any setting of the config can be given as --section.key=value.
    """
    from art import api
    from art.core.files import atomic_write
    from art.errors import PathError

    text = api.init_config(
        task=task,
        data=data,
        model=model,
        optimize=optimize,
        hardware=hardware,
        stages=_words(stages),
        loggers=_words(loggers),
        code=code or (),
        name="config.cfg" if str(out) == "-" else str(out),
        settings=overrides_in(context),
    )
    if str(out) == "-":
        console.out_config(text)
        return
    if out.exists() and not force:
        raise PathError(f"{out} is there already. Choose another name, or replace it with --force.")
    atomic_write(out, text)
    options = "".join(f" --code {path}" for path in code or ())
    if "${paths.data}" in text and "\ndata = null\n" in text:
        options += " --paths.data=PLACE"
    console.say(f"wrote {out}. Next: art train {out}{options}")


def _words(text: str | None) -> list[str]:
    return [word.strip() for word in (text or "").split(",") if word.strip()]
