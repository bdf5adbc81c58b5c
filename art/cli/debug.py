"""`art debug`: look at a config, the data, the model or its speed without training."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from art.cli.console import console
from art.cli.options import (
    OVERRIDABLE,
    Code,
    Config,
    SettingsCommand,
    System,
    TrustCode,
    overrides_in,
)
from art.cli.trusting import trust

if TYPE_CHECKING:
    from art.running.examination import Subject
    from art.running.examining import Progress

app = typer.Typer(
    help="Look at a config, the data or the model without training.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON alone.")]


@app.callback()
def debug() -> None:
    """Look at a config, the data or the model without training."""


@app.command("config", cls=SettingsCommand, context_settings=OVERRIDABLE)
def config(
    context: typer.Context,
    config: Config,
    origin: Annotated[
        bool, typer.Option("--origin", help="Show every value and where it comes from.")
    ] = False,
    system: System = None,
    code: Code = None,
    trust_code: TrustCode = False,
) -> None:
    """Say what would run, and every mistake of the config."""
    from art import api

    console.out(
        api.describe_config(
            config,
            overrides=overrides_in(context),
            system=system,
            code=code or (),
            trust_code=trust(trust_code),
            origins=origin,
            screen=console.screen(),
        )
    )


@app.command("data", cls=SettingsCommand, context_settings=OVERRIDABLE)
def data(
    context: typer.Context,
    config: Config,
    as_json: AsJson = False,
    system: System = None,
    code: Code = None,
    trust_code: TrustCode = False,
) -> None:
    """Measure the data and look for its faults.

    Nothing is trained, and nothing is written to the runs folder.
    """
    _examine(context, config, "data", as_json, system=system, code=code, agreed=trust_code)


@app.command("model", cls=SettingsCommand, context_settings=OVERRIDABLE)
def model(
    context: typer.Context,
    config: Config,
    as_json: AsJson = False,
    system: System = None,
    code: Code = None,
    trust_code: TrustCode = False,
) -> None:
    """Probe the model, its loss and its gradients.

    Nothing is trained but for the steps of the probes, and nothing is written to the runs folder.
    """
    _examine(context, config, "model", as_json, system=system, code=code, agreed=trust_code)


@app.command("speed", cls=SettingsCommand, context_settings=OVERRIDABLE)
def speed(
    context: typer.Context,
    config: Config,
    as_json: AsJson = False,
    system: System = None,
    code: Code = None,
    trust_code: TrustCode = False,
) -> None:
    """Time some training steps, and say where their time goes.

    Nothing is written to the runs folder.
    """
    import sys

    from art import api
    from art.reporting.speed import render_speed, speed_json

    arguments: dict[str, Any] = {"overrides": overrides_in(context), "system": system}
    arguments |= {"code": code or (), "trust_code": trust(trust_code)}
    with redirect_stdout(sys.stderr):  # what the user's own code prints is no result
        found = api.measure_speed(config, **arguments)
    if as_json:
        import json

        console.out(json.dumps(speed_json(found), indent=2))
    else:
        console.out(render_speed(found, console.screen()))


def _examine(
    context: typer.Context,
    config: Path,
    subject: Subject,
    as_json: bool,
    *,
    system: Path | None,
    code: list[Path] | None,
    agreed: bool,
) -> None:
    import sys

    from art import api
    from art.reporting.examination import examination_json, render_examination

    arguments: dict[str, Any] = {"overrides": overrides_in(context), "system": system}
    arguments |= {"code": code or (), "trust_code": trust(agreed)}
    # what the user's own code prints is no result
    with redirect_stdout(sys.stderr), _progress() as progress:
        found = api.examine(config, subject, progress=progress, **arguments)
    if as_json:
        import json

        console.out(json.dumps(examination_json(found), indent=2, allow_nan=False))
    else:
        console.out(render_examination(found, console.screen()))
    raise typer.Exit(found.exit_code)


@contextmanager
def _progress() -> Iterator[Progress]:
    """A line that changes in place on a terminal, a line a stage elsewhere."""
    if console.live:
        import rich.console
        from rich.text import Text

        with rich.console.Console(stderr=True).status("") as status:
            yield lambda stage, *step: status.update(Text(f"{stage} {_step(*step)}".rstrip()))
        return
    said: set[str] = set()

    def say(stage: str, *_: object) -> None:
        if stage not in said:
            said.add(stage)
            console.say(f"examining: {stage}")

    yield say


def _step(done: float, total: float, text: str) -> str:
    """`2/8 art.LossDomain.v1`; nothing before it is known what is done."""
    return f"{min(int(done) + 1, int(total))}/{int(total)} {text}" if text else ""
