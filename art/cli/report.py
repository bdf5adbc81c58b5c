"""`art report`: the state of the recipe."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from art.cli.console import console


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("report")(report)


def report(
    runs: Annotated[Path, typer.Argument(help="The runs folder, or a project's in it.")] = Path(
        "runs"
    ),
    project: Annotated[
        str | None, typer.Option("--project", help="Which project of the runs folder.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON alone.")] = False,
) -> None:
    """Show the state of the recipe: stages, checks, scores, hints."""
    from art import api
    from art.reporting import render_report, to_json

    found = api.report(runs, project)
    if as_json:
        import json

        console.out(json.dumps(to_json(found), indent=2, allow_nan=False))
        return
    console.out(
        render_report(found, width=console.width, colour=console.colour, unicode=console.unicode)
    )
