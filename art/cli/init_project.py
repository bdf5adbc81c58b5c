"""`art init project`: a whole project, the least that runs."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer

from art.cli.console import console

Answers = Annotated[
    list[str] | None,
    typer.Option(
        "--answer", metavar="NAME=VALUE", help="Answers a question of the template; repeatable."
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="Ask nothing: defaults count.")]


TESTS = "python -m pytest"
"""What a project's tests run by. ART does not need pytest, so that it may not be there."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("project")(project)


def project(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where to make it: a new or an empty folder.")
    ],
    template: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="digits, fashion-mnist, your-own-lightning-module, a folder, or a git+ source.",
        ),
    ] = "digits",
    answer: Answers = None,
    yes: Yes = False,
) -> None:
    """Make a project: a recipe config, system.cfg, functions of its own and a test for them.

    Questions are asked on a terminal; elsewhere, and with --yes, their defaults count.
    """
    from art import api
    from art.errors import typed

    made = api.make_project(
        folder, template, answers=answers_in(answer), ask=console.asks and not yes
    )
    if made.is_foreign:
        console.say(f"{template} is not ART's own: read its code before you run it.")
    console.say(f"wrote {len(made.files)} files to {folder}. Next:")
    console.say(f"  cd {typed(folder)}")
    for command in made.commands:
        if command.startswith(TESTS) and find_spec("pytest") is None:
            console.say("  python -m pip install pytest")
        console.say(f"  {command}")


def answers_in(words: list[str] | None) -> dict[str, Any]:
    """The answers that are given as `NAME=VALUE`.

    Raises:
        UserError: one is not of that form, or a question is answered twice.
    """
    from art.errors import UserError

    found: dict[str, Any] = {}
    for word in words or ():
        name, equals, value = word.partition("=")
        if not equals or not name or name in found:
            what = "is answered twice" if name in found else "is no answer"
            raise UserError(f"'{word}' {what}: write --answer NAME=VALUE, once for a question.")
        found[name] = value
    return found
