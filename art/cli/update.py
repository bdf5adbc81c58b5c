"""`art update`: a project follows its template."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from art.cli.console import console
from art.cli.init_project import Answers, Yes, answers_in


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("update")(update)


def update(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The project.")] = Path(),
    answer: Answers = None,
    yes: Yes = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change; write nothing.")
    ] = False,
) -> None:
    """Bring what has changed in its template into a project. What you changed stays.

    Configs are merged by key, other files by line. Exits with 2 where both changed the same.
    """
    from art import api

    done = api.update_project(
        folder, answers=answers_in(answer), ask=console.asks and not yes, dry_run=dry_run
    )
    for line in done.changed:
        console.out(line)
    if done.conflicts:
        console.say("Changed by you and by the template, for you to decide; nothing is lost:")
        for line in done.conflicts:
            console.say(f"  {line}")
        raise typer.Exit(2)
    if not done.changed:
        console.say(f"{folder} is up to date with its template")
