"""`art debug`: look at a config, the data or the model without training."""

from __future__ import annotations

from typing import Annotated

import typer

from art.cli.console import console
from art.cli.options import OVERRIDABLE, Code, Config, SettingsCommand, System, overrides_in

app = typer.Typer(
    help="Look at a config without training.", no_args_is_help=True, rich_markup_mode=None
)


@app.callback()
def debug() -> None:
    """Look at a config without training."""


@app.command("config", cls=SettingsCommand, context_settings=OVERRIDABLE)
def config(
    context: typer.Context,
    config: Config,
    origin: Annotated[
        bool, typer.Option("--origin", help="Show every value and where it comes from.")
    ] = False,
    system: System = None,
    code: Code = None,
) -> None:
    """Say what would run, and every mistake of the config."""
    from art import api

    console.out(
        api.describe_config(
            config,
            overrides=overrides_in(context),
            system=system,
            code=code or (),
            origins=origin,
            screen=console.screen(),
        )
    )
