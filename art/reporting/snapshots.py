"""The state of a recipe, frozen: what the terminal, the dashboard and `--json` show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from art.core.record import CheckResult, Record, Suspected
from art.store.fingerprints import outcome_digest
from art.store.progress_file import read_progress
from art.store.record_file import record_json
from art.store.run_store import RunStore

MISSING = "missing"
"""The status of a stage that is planned and has no record yet."""
OUTDATED = "outdated"
"""The status of a stage that passed on what an earlier stage left before that stage ran again."""
NOT_RUN = (MISSING, OUTDATED)


@dataclass(frozen=True)
class StageSnapshot:
    """A stage, for a model, as its latest record has it.

    Attributes:
        stage: its name.
        order: its place in the recipe, from 1.
        model: the model's name; None where the stage runs once for all.
        status: a record's, `missing`, or `outdated`.
        scores, checks, artifacts, settings, seconds, started, run, error, notes, suspected: as in
            the record.
        folder: the run folder relative to the project's folder in the store.
        progress: how far it is, where it runs or was interrupted.
        json: the record as the contract has it; None where it is missing.
    """

    stage: str
    order: int
    model: str | None
    status: str = MISSING
    scores: Mapping[str, float] = field(default_factory=dict)
    checks: tuple[CheckResult, ...] = ()
    artifacts: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    started: str = ""
    run: str = ""
    error: str = ""
    notes: tuple[str, ...] = ()
    suspected: tuple[Suspected, ...] = ()
    folder: str = ""
    progress: str = ""
    json: Mapping[str, Any] | None = field(default=None, repr=False)

    @property
    def failed_checks(self) -> tuple[CheckResult, ...]:
        """The checks that closed the gate."""
        return tuple(c for c in self.checks if not c.passed and c.severity == "block")

    @property
    def warnings(self) -> tuple[CheckResult, ...]:
        """The checks that failed and do not close the gate."""
        return tuple(c for c in self.checks if not c.passed and c.severity != "block")

    @property
    def hint(self) -> str:
        """What to look at first; empty where no check failed."""
        return next((check.hint for check in self.failed_checks if check.hint), "")


@dataclass(frozen=True)
class Report:
    """The state of a project's recipe.

    Attributes:
        project: its name.
        stages: by stage in recipe order, then by model.
        set_aside: a message for each record that could not be read.
        folder: the project's folder in the run store.
    """

    project: str
    stages: tuple[StageSnapshot, ...]
    set_aside: tuple[str, ...] = ()
    folder: str = ""

    @property
    def models(self) -> tuple[str, ...]:
        """The models' names, in the order in which they are met."""
        return tuple(dict.fromkeys(s.model for s in self.stages if s.model is not None))

    @property
    def names(self) -> tuple[str, ...]:
        """The stages' names, in recipe order."""
        return tuple(dict.fromkeys(s.stage for s in self.stages))


def snapshot(store: RunStore, planned: Sequence[tuple[str, str | None]] | None = None) -> Report:
    """What the latest records of a project say.

    Args:
        store: where to read.
        planned: the recipe as (stage, model), in order. Stages of it without a record are
            `missing`; records of stages outside it are left out. None for all records there are.
    """
    records = list(store.latest_all())
    outcomes = {(record.stage, record.model): outcome_digest(record) for record in records}
    latest = [_judged(_with_progress(record, store), record, outcomes) for record in records]
    stages = tuple(latest) if planned is None else _along_plan(latest, planned)
    return Report(store.project, stages, tuple(store.set_aside), str(store.folder))


def snapshot_of(record: Record) -> StageSnapshot:
    """One record, frozen."""
    return StageSnapshot(
        stage=record.stage,
        order=record.order,
        model=record.model,
        status=record.status,
        scores=dict(record.scores),
        checks=tuple(record.checks),
        artifacts=dict(record.artifacts),
        settings=dict(record.settings),
        seconds=record.seconds,
        started=record.started,
        run=record.run,
        error=record.error,
        notes=tuple(record.notes),
        suspected=tuple(record.suspected),
        folder=record.folder,
        json=record_json(record),
    )


def _judged(
    stage: StageSnapshot, record: Record, outcomes: Mapping[tuple[str, str | None], str]
) -> StageSnapshot:
    """The stage, outdated where a stage before it has left another record since.

    Args:
        stage: what is shown of the record.
        record: the latest of its stage and model; others may have written it.
        outcomes: digests of the latest records, by stage and model.
    """
    earlier = record.inputs.get("earlier")
    if record.status != "passed" or not isinstance(earlier, Mapping):
        return stage
    for name, before in earlier.items():
        other = str(name).partition("-")[2]
        now = outcomes.get((other, record.model)) or outcomes.get((other, None))
        if before and now and now != before:
            return replace(stage, status=OUTDATED)
    return stage


def _with_progress(record: Record, store: RunStore) -> StageSnapshot:
    found = snapshot_of(record)
    if record.status not in ("running", "interrupted"):
        return found
    return replace(found, progress=read_progress(store.folder / record.folder))


def to_json(report: Report) -> dict[str, Any]:
    """What `art report --json` prints: the latest record of each stage, in order.

    Where records could not be read, `set_aside` says of each why.
    """
    records = [dict(stage.json) for stage in report.stages if stage.json is not None]
    found: dict[str, Any] = {"project": report.project, "stages": records}
    return {**found, "set_aside": list(report.set_aside)} if report.set_aside else found


def _along_plan(
    latest: Sequence[StageSnapshot], planned: Sequence[tuple[str, str | None]]
) -> tuple[StageSnapshot, ...]:
    by_key = {(s.stage, s.model): s for s in latest}
    orders = {stage: i for i, stage in enumerate(dict.fromkeys(s for s, _ in planned), start=1)}
    stages = []
    for stage, model in sorted(dict.fromkeys(planned), key=lambda key: orders[key[0]]):
        found = by_key.get((stage, model))
        stages.append(found or StageSnapshot(stage, orders[stage], model))
    return tuple(stages)
