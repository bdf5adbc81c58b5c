"""`art train`: run the recipe."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from art.cli.console import console
from art.cli.options import (
    OVERRIDABLE,
    Code,
    ConfigOrSource,
    SettingsCommand,
    System,
    TrustCode,
    is_source,
    overrides_in,
    without_secrets,
)
from art.cli.trusting import trust
from art.errors import UserError

if TYPE_CHECKING:
    from art.api import TrainReport
    from art.running.planned import PlannedStage

StageName = Annotated[
    list[str] | None,
    typer.Option("--stage", metavar="NAME", help="Run this stage alone; may be repeated."),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("train", cls=SettingsCommand, context_settings=OVERRIDABLE)(train)


def train(
    context: typer.Context,
    config: ConfigOrSource,
    stage: StageName = None,
    start: Annotated[
        str | None,
        typer.Option("--from", metavar="NAME", help="Run this stage and those after it."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Run what is up to date as well.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would run and why; run nothing.")
    ] = False,
    locked: Annotated[
        Path | None,
        typer.Option("--locked", metavar="RUN", help="Refuse what has drifted since that run."),
    ] = None,
    system: System = None,
    code: Code = None,
    trust_code: TrustCode = False,
) -> None:
    """Run the recipe: skip what is up to date, stop at a closed gate.

    Any setting of the config can be given as --section.key=value.
    """
    from art import api

    arguments: dict[str, Any] = {
        "overrides": overrides_in(context),
        "system": system,
        "code": code or (),
        "trust_code": trust(trust_code),
        "stages": stage or (),
        "start": start,
        "force": force,
    }
    if dry_run and locked:
        raise UserError("--dry-run and --locked cannot be combined: a plan is held to nothing.")
    remote = is_source(config)
    path = api.open_remote(config, code=code or (), say=console.say) if remote else Path(config)
    if dry_run:
        _show_plan(api.plan(path, **arguments))
        return
    told = {name: arguments[name] for name in ("overrides", "system")}
    with _view(api.project_folder(path, **told)) as observer:
        done = api.train(path, observer=observer, locked=locked, **arguments)
    _show_end(done, path, _repeated(arguments))
    raise typer.Exit(done.exit_code)


def _view(folder: str) -> AbstractContextManager[Any]:
    """A view that changes in place on a terminal, plain lines elsewhere."""
    if console.live:
        import rich.console

        from art.reporting.live import LiveView

        # the report that follows on the same screen shows the stages again
        return LiveView(
            rich.console.Console(stderr=True), transient=console.is_terminal, folder=folder
        )
    from art.cli.plain_view import PlainView

    return nullcontext(PlainView(console.say, folder))


def _show_plan(plan: list[PlannedStage]) -> None:
    for stage in plan:
        model = f" ({stage.model})" if stage.model and stage.block else ""
        action = "run " if stage.runs else "skip"
        console.out(f"{action} {stage.order:2d} {stage.name}{model}: {stage.why}")


def _show_end(done: TrainReport, config: Path, options: str) -> None:
    from art.reporting import render_report

    text = render_report(
        done.report,
        width=console.width,
        colour=console.colour,
        unicode=console.unicode,
        config=f"{config}{options}",
        remedies=False,
    )
    console.out(text)


def _repeated(arguments: dict[str, Any]) -> str:
    """The options that the next command needs as well."""
    import shlex

    words = [word for path in arguments["code"] for word in ("--code", str(path))]
    if arguments["system"]:
        words += ["--system", str(arguments["system"])]
    words += without_secrets(arguments["overrides"])
    return "".join(f" {shlex.quote(word)}" for word in words)
