"""`art report`: the state of the recipe."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

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
    every: Annotated[
        bool, typer.Option("--all", help="List all runs, with what differed between them.")
    ] = False,
    stage: Annotated[
        str | None, typer.Option("--stage", metavar="NAME", help="With --all: of this stage alone.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON alone.")] = False,
) -> None:
    """Show the state of the recipe: stages, checks, scores, hints."""
    from art import api
    from art.reporting import render_report, to_json

    look: dict[str, Any] = {"width": console.width, "colour": console.colour}
    look["unicode"] = console.unicode
    if every or stage:
        from art.reporting.history import history_json, render_history

        past = api.history(runs, project, stage)
        console.out(_json(history_json(past)) if as_json else render_history(past, **look))
        return
    found = api.report(runs, project)
    console.out(_json(to_json(found)) if as_json else render_report(found, **look))


def _json(values: dict[str, Any]) -> str:
    import json

    return json.dumps(values, indent=2, allow_nan=False)
