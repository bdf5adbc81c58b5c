"""Runs a recipe: skips what is up to date, stops at a closed gate, goes on with other models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from art.config import RecipeConfig
from art.core import interrupts
from art.core.parents import children_end_with_us
from art.core.record import Record
from art.errors import UserError
from art.running.environment import environment
from art.running.events import Observer
from art.running.inputs import InputDigests
from art.running.lock import FILE as LOCK
from art.running.lock import Lock, make_lock, read_lock, refuse_drift
from art.running.machine import refuse_what_is_missing
from art.running.memory import thawed_afterwards
from art.running.planned import PlannedStage, Request
from art.running.planning import earlier_records, plan
from art.running.preflight import refuse_silent_trackers, refuse_what_cannot_be_kept
from art.running.receipt import CACHE, write_receipt
from art.running.result import CRASHED, GATE_CLOSED, INTERRUPTED, OK, USER_ERROR, RunResult
from art.store import RunStore
from art.store.layout import is_plain
from art.training.resuming.saving import STATES

if TYPE_CHECKING:
    from art.running.parts import Parts

GONE = (
    "the last run of '{stage}' ended without a word: it was killed, perhaps because memory ran "
    "out, or the machine went down"
)
ENDED = ("refused", "crashed")
"""By an error; what such a run has saved is gone on with."""


class Runner:
    """Runs the stages of one recipe.

    Args:
        config: the recipe.
        store: its run store.
        code: digests of the --code files, by path.
        observer: told what happens.
    """

    def __init__(
        self,
        config: RecipeConfig,
        store: RunStore,
        *,
        code: Mapping[str, str],
        observer: Observer,
    ) -> None:
        self._config = config
        self._store = store
        self._observer = observer
        self._digests = InputDigests(config, code, store.folder / CACHE)
        self._environment: dict[str, str] = {}
        self._lock: Lock | None = None
        self._parts: Parts | None = None

    def plan(self, request: Request) -> list[PlannedStage]:
        """What is to be done and why; nothing is written."""
        return plan(self._config, self._digests, self._latest(), request)

    def hold_to(self, run: Path) -> None:
        """Refuse to go on where anything has drifted since a run.

        Raises:
            PathError: there is no such run.
            UserError: something has drifted.
        """
        refuse_drift(read_lock(run), self._made_from(), run)

    def _made_from(self) -> Lock:
        if self._lock is None:
            self._lock = make_lock(self._config, self._digests)
        return self._lock

    def leave_receipt(self, settings: str, code: Sequence[Path | str]) -> None:
        """Note that nothing is left to do, where that is so.

        Args:
            settings: the config's digest, of `art.config.peeking`.
            code: the code files, as the user names them.
        """
        whole = self.plan(Request())
        if not any(stage.runs for stage in whole):
            files, data = self._digests.files(), self._digests.data()
            write_receipt(self._store, settings, code, files, data, whole)

    def run(self, request: Request) -> RunResult:
        """Do what is to be done.

        Raises:
            StoreError: the store cannot be written, or another process runs a stage of it.
            UserError: a stage was asked for that is not in the recipe, or whose gate is not open,
                or this machine lacks what `[system]` asks for.
        """
        result = RunResult(self.plan(request))
        self._observer.planned(result.plan)
        if not any(stage.runs for stage in result.plan):
            for planned in result.plan:
                self._observer.stage_skipped(planned.name, planned.model, planned.why)
            return result
        refuse_what_is_missing(self._config)
        self._store.prepare()
        refuse_what_cannot_be_kept(self._store.folder)
        refuse_silent_trackers(self._config)
        for record in self._store.mark_interrupted():
            self._observer.note(GONE.format(stage=record.stage))
        with thawed_afterwards(), interrupts.heeded(), children_end_with_us():
            try:
                self._all(request, result)
            except interrupts.Interrupted as error:  # between stages, or as a record was written
                result.error, result.exit_code = result.error or error, error.exit_code
                self._observer.note("interrupted")
        return result

    def _all(self, request: Request, result: RunResult) -> None:
        closed: dict[str | None, str] = {}  # the stage that closed the gate, by model
        for planned in result.plan:
            interrupts.unshield()  # an import may have swallowed what a signal has raised
            gate = closed.get(planned.model) or closed.get(None)
            if gate is not None:
                why = f"behind the closed gate of '{gate}'"
                self._observer.stage_skipped(planned.name, planned.model, why)
                continue
            code = self._one(planned, request, result)
            if code != OK:
                closed[planned.model] = planned.name
                result.exit_code = max(result.exit_code, code)
            if code >= INTERRUPTED:
                break

    def _one(self, planned: PlannedStage, request: Request, result: RunResult) -> int:
        """Run one stage if it is still needed; the exit code that its end alone would give."""
        latest = self._latest()
        record = latest.get((planned.name, planned.model))
        if not planned.runs:
            self._observer.stage_skipped(planned.name, planned.model, planned.why)
            if record is None or not record.gate_open:
                self._refuse_behind(planned, result)
            return OK
        if not request.force and self._is_up_to_date(planned, record, latest):
            self._observer.stage_skipped(planned.name, planned.model, "up to date")
            return OK
        record, error = self._execute(planned, latest, request.force)
        result.records.append(record)
        result.error = result.error or error
        self._observer.stage_finished(record)
        return _exit_code(record, error)

    def _is_up_to_date(
        self,
        planned: PlannedStage,
        record: Record | None,
        latest: Mapping[tuple[str, str | None], Record],
    ) -> bool:
        """Looked at again: the stages before it may have left what they had left before."""
        if record is None or not record.gate_open:
            return False
        spec = planned.spec
        before = earlier_records(self._config, spec, planned.model, latest)
        return record.inputs == self._digests.of(spec, planned.block or None, before)

    def _execute(
        self,
        planned: PlannedStage,
        latest: Mapping[tuple[str, str | None], Record],
        force: bool,
    ) -> tuple[Record, BaseException | None]:
        from art.running.earlier import Earlier
        from art.running.execution import Execution

        spec, model = planned.spec, planned.model
        before = earlier_records(self._config, spec, model, latest)
        earlier = {
            record.stage: Earlier(record, self._store.path_of(record))
            for record in before.values()
            if record is not None
        }
        base = self._config.for_model(planned.block) if planned.block else self._config
        fingerprint = self._digests.training_digest(base, spec)
        config = base
        for name, before_it in earlier.items():
            if before_it.settings:
                config = config.with_settings(before_it.settings, f"the settings of '{name}'")
        self._environment = self._environment or environment(Path.cwd())
        previous = [
            Earlier(record, self._store.path_of(record))
            for record in self._store.records(spec.name, model)
            if record.status in ("passed", "failed")
        ]
        total = len(self._config.stages)
        self._observer.stage_started(spec.name, model, spec.order, total, planned.why)
        inputs = self._digests.of(spec, planned.block or None, before)
        unfinished = None if force else self._unfinished(latest.get((spec.name, model)), inputs)
        with self._store.open_run(spec.name, spec.order, model, again=unfinished) as run:
            run.write_text(LOCK, self._made_from().to_text())
            execution = Execution(
                config=config,
                spec=spec,
                model=model,
                run=run,
                inputs=inputs,
                before=unfinished,
                environment=dict(self._environment),
                earlier=earlier,
                previous=previous,
                fingerprint=fingerprint,
                observer=self._observer,
                parts=self._shared_parts(),
            )
            record = execution()
        return record, execution.crashed_by

    def _shared_parts(self) -> Parts:
        """What all stages of this command build; torch is imported for it."""
        from art.running.parts import Parts

        self._parts = self._parts or Parts(self._store.folder)
        return self._parts

    def _unfinished(self, record: Record | None, inputs: Mapping[str, Any]) -> Record | None:
        """The record of a run that did not come to its end and can go on: nothing that went into
        it has changed since."""
        if record is None or record.inputs != inputs:
            return None
        folder = self._store.path_of(record)
        if not is_plain(folder):
            return None  # what is written there could end elsewhere: a new folder is taken
        saved = (folder / STATES).is_dir()
        unfinished = record.status == "interrupted" or (record.status in ENDED and saved)
        return record if unfinished else None

    def _latest(self) -> dict[tuple[str, str | None], Record]:
        return {(record.stage, record.model): record for record in self._store.latest_all()}

    def _refuse_behind(self, planned: PlannedStage, result: RunResult) -> None:
        """A stage that was not asked for and has not passed bars those after it."""
        barred = [
            later
            for later in result.plan
            if later.runs
            and later.order > planned.order
            and (planned.model is None or later.model == planned.model)
        ]
        if barred:
            raise UserError(
                f"'{barred[0].name}' comes after '{planned.name}', whose gate is not open yet. "
                f"Run '{planned.name}' first: `--from {planned.name}` runs it and all after it."
            )


def _exit_code(record: Record, error: BaseException | None) -> int:
    if record.status == "passed":
        return OK
    if record.status == "failed":
        return GATE_CLOSED
    if record.status == "interrupted":
        return error.exit_code if isinstance(error, interrupts.Interrupted) else INTERRUPTED
    return USER_ERROR if record.status == "refused" else CRASHED
