"""`art apply`: write what a run found best into a config."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from art.cli.console import console
from art.cli.options import Code, TrustCode
from art.cli.trusting import trust


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("apply")(apply)


def apply(
    run: Annotated[
        Path, typer.Argument(metavar="RUN", help="A run's folder, or a stage's: its newest run.")
    ],
    config: Annotated[Path, typer.Argument(metavar="CONFIG", help="The config to change.")],
    yes: Annotated[bool, typer.Option("--yes", help="Accept it without a review.")] = False,
    code: Code = None,
    trust_code: TrustCode = False,
) -> None:
    """Write the settings that a run found best into a config, after a review in your editor."""
    from art import api

    api.apply(
        run, config, accept=yes, code=code or (), trust_code=trust(trust_code), say=console.say
    )
