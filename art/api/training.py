"""The recipe run, or what would run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from art import config as configs
from art.api.arguments import Overrides, path_of
from art.api.loading import runner_of
from art.api.trusting import Trust
from art.errors import StoreError
from art.store import RunStore

if TYPE_CHECKING:
    from art.reporting import Report
    from art.running.events import Observer
    from art.running.planned import PlannedStage, Request
    from art.running.result import RunResult


@dataclass(frozen=True)
class TrainReport:
    """What `train` gives back.

    Attributes:
        ok: whether everything asked for is done and every gate is open.
        exit_code: what the command line would exit with.
        report: the state of the recipe now: stages, checks, scores, hints.
        result: what ran in this call.
    """

    ok: bool
    exit_code: int
    report: Report
    result: RunResult

    def scores(self, stage: str, model: str | None = None) -> dict[str, float]:
        """The scores of a stage's latest record; the first model's where none is named.

        Raises:
            KeyError: the stage has no record.
        """
        for found in self.report.stages:
            if found.stage == stage and (model is None or found.model == model):
                return dict(found.scores)
        raise KeyError(stage)


def train(
    config: Path | str,
    *,
    overrides: Overrides = (),
    system: Path | str | None = None,
    code: Sequence[Path | str] = (),
    trust_code: Trust = False,
    stages: Sequence[str] = (),
    start: str | None = None,
    force: bool = False,
    locked: Path | str | None = None,
    observer: Observer | None = None,
) -> TrainReport:
    """Run the recipe: skip what is up to date, stop at a closed gate.

    Args:
        config, overrides, system, code, trust_code: as for `load`.
        stages: run these alone.
        start: run this stage and those after it.
        force: run what is up to date as well.
        locked: a run's folder; what has drifted since that run is an error.
        observer: told what happens; nothing is printed without one.

    Raises:
        UserError: a mistake in the config, the paths or the arguments. What happens inside a
            stage is in the report and never raised, except an interruption.
    """
    from art.reporting import snapshot
    from art.running.events import Silent

    observer = observer or Silent()
    glimpse = configs.peek(Path(config), overrides=overrides, system=path_of(system))
    if glimpse and not (stages or start or force or locked):
        done = _nothing_to_do(glimpse, code, observer)
        if done is not None:
            return done
    runner, store, _recipe = runner_of(
        config, overrides, system, code, trust_code, observer=observer
    )
    if locked is not None:
        runner.hold_to(Path(locked))
    result = runner.run(_request(stages, start, force))
    if glimpse and result.ok:
        runner.leave_receipt(glimpse.digest, code)
    planned = [(stage.name, stage.model) for stage in result.plan]
    report = snapshot(store, planned)
    return TrainReport(result.ok, result.exit_code, report, result)


def project_folder(
    config: Path | str, *, overrides: Overrides = (), system: Path | str | None = None
) -> str:
    """Where the records of a config's project are; empty where the config has a mistake.

    Raises:
        PathError: a file is missing or unreadable.
    """
    glimpse = configs.peek(Path(config), overrides=overrides, system=path_of(system))
    return str(Path(glimpse.runs, glimpse.project)) if glimpse else ""


def plan(
    config: Path | str,
    *,
    overrides: Overrides = (),
    system: Path | str | None = None,
    code: Sequence[Path | str] = (),
    trust_code: Trust = False,
    stages: Sequence[str] = (),
    start: str | None = None,
    force: bool = False,
) -> list[PlannedStage]:
    """What `train` would do, and why; nothing is run and nothing written."""
    runner, _, _ = runner_of(config, overrides, system, code, trust_code)
    return runner.plan(_request(stages, start, force))


def _nothing_to_do(
    glimpse: configs.Peek, code: Sequence[Path | str], observer: Observer
) -> TrainReport | None:
    """What `train` gives back when all is as the last run left it, found out without loading any
    code; None where there may be something to do."""
    from art.reporting import snapshot
    from art.running.receipt import still_done
    from art.running.result import RunResult

    try:
        store = RunStore(Path(glimpse.runs), glimpse.project)
    except StoreError:  # loading the config says where the mistake is
        return None
    plan = still_done(store, glimpse.digest, code)
    if plan is None:
        return None
    observer.planned(plan)
    for stage in plan:
        observer.stage_skipped(stage.name, stage.model, stage.why)
    report = snapshot(store, [(stage.name, stage.model) for stage in plan])
    return TrainReport(True, 0, report, RunResult(plan))


def _request(stages: Sequence[str], start: str | None, force: bool) -> Request:
    from art.running.planned import Request

    return Request(tuple(stages), start, force)
