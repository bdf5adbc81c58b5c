"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from art.errors import UserError, did_you_mean

Config = Annotated[Path, typer.Argument(help="The recipe config.", metavar="CONFIG")]
Code = Annotated[
    list[Path] | None,
    typer.Option("--code", help="A Python file that registers functions; may be repeated."),
]
System = Annotated[
    Path | None, typer.Option("--system", help="A system.cfg in place of the one beside CONFIG.")
]

OVERRIDABLE = {"allow_extra_args": True, "ignore_unknown_options": True}
"""Lets `--section.key=value` through to the config, which knows what is valid."""


def overrides_in(context: typer.Context) -> list[str]:
    """The `--section.key=value` options of a command line.

    Raises:
        UserError: something is there that is neither an override nor an option of the command.
    """
    known = [option for parameter in context.command.params for option in parameter.opts]
    arguments = list(context.args)
    is_value = False
    for argument in arguments:
        if is_value:
            is_value = False
            continue
        name = argument.split("=", 1)[0]
        if not name.startswith("--"):
            raise UserError(
                f"unexpected argument '{argument}'. Settings are given as --section.key=value."
            )
        if "." not in name:
            raise UserError(
                f"unknown option '{name}'.{did_you_mean(name, known)} "
                f"Settings of the config are given as --section.key=value."
            )
        is_value = "=" not in argument
    return arguments
