"""Runs one stage and leaves its record, however it ends."""

from __future__ import annotations

import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from art.config import RecipeConfig, StageSpec, build
from art.core.check import Findings
from art.core.figure import Figure, Table
from art.core.interrupts import Interrupted, asked
from art.core.logger import Logger, RunInfo
from art.core.parents import undisturbed_by_children
from art.core.record import Record
from art.core.stage import Outcome, Stage
from art.errors import StoreError, UserError
from art.registries import stages
from art.running.events import Observer
from art.running.guarded_logger import GuardedLogger, built_logger
from art.running.judging import (
    as_outcome,
    build_stage,
    judge,
    suspected_of,
    told_by_stage,
    with_divergence,
    with_reasons,
)
from art.running.lock import FILE as LOCK
from art.running.memory import let_go, release, set_apart
from art.running.progress import Progress
from art.running.redacted import RedactedLog, redact_record, redacted_messages
from art.running.run_log import RunLog
from art.store import RunFolder
from art.training.failures import failure_line, is_out_of_memory, last_line
from art.training.resuming.saving import STATES

if TYPE_CHECKING:
    from art.running.parts import Parts


@dataclass
class Execution:
    """One run of one stage.

    Attributes:
        config: the recipe for the model at hand, with what earlier stages found best.
        spec: the stage.
        model: the record's `model`.
        run: the run folder, owned by this process.
        inputs: the record's `inputs`.
        environment: the record's `environment`.
        earlier: earlier records with their folders, by stage name, in the recipe's order.
        previous: this stage's own earlier runs, oldest first.
        fingerprint: a digest of what a training run depends on.
        observer: told how far the stage is.
        parts: builds data and models, for all stages of a command.
        before: this run's own record, where it was interrupted and goes on; None for a new one.
        crashed_by: what ended the stage, where that is not a check.
    """

    config: RecipeConfig
    spec: StageSpec
    model: str | None
    run: RunFolder
    inputs: dict[str, Any]
    environment: dict[str, Any]
    earlier: Mapping[str, Any]
    previous: Sequence[Any]
    fingerprint: str
    observer: Observer
    parts: Parts
    before: Record | None = None
    crashed_by: BaseException | None = None
    _loggers: list[Logger] = field(default_factory=list)

    def __call__(self) -> Record:
        """Run the stage, judge it, draw it, and write the record.

        An interruption is recorded and kept in `crashed_by`, like any other end.
        """
        log = RedactedLog(self.run.path / "log.txt", self.config.secrets, say=self._say)
        record = Record(
            project=self.config.project.name,
            stage=self.spec.name,
            order=self.spec.order,
            run=self.run.run,
            model=self.model,
            status="running",
            started=self.before.started if self.before else _now(),
            inputs=self.inputs,
            environment=dict(self.environment),
            folder=self.run.folder,
        )
        self.run.write_text("config.cfg", self.config.to_text())
        self.run.write(record)
        log.line(f"{self.spec.name} {'goes on' if self.before else 'started'}")
        started = time.monotonic()
        built = Counter(self.parts.built)
        self.parts.parameters = 0
        try:
            self._work(record, log)
        except BaseException as error:  # code of the user's may try to end the process
            self._failed(error, record, log)
        self._see_to_folder(record, log)
        spent = self.before.seconds if self.before else 0.0
        record.seconds = round(spent + time.monotonic() - started, 3)
        record.environment["device"] = _device()
        record.environment["built"] = dict(self.parts.built - built)
        if self.parts.parameters:
            record.environment["parameters"] = self.parts.parameters
        log.line(f"{self.spec.name} {record.status} after {record.seconds} s")
        redact_record(record, self.config.secrets)
        if self.run.is_there:
            self.run.write(record)
        if record.status in ("passed", "failed"):
            shutil.rmtree(self.run.path / STATES, ignore_errors=True)
        self._finish_loggers(record, log)
        release()
        return record

    def _see_to_folder(self, record: Record, log: RunLog) -> None:
        """No stage passes whose files were taken away meanwhile."""
        try:
            self.run.must_be_whole("config.cfg", LOCK)
        except StoreError as error:
            if self.crashed_by is None:
                self._failed(error, record, log)

    def _failed(self, error: BaseException, record: Record, log: RunLog) -> None:
        """Note in the record what ended the stage before its time."""
        number = asked()
        if number and not isinstance(error, Interrupted):
            error = Interrupted(number)  # an import may make another error of an interruption
        self.crashed_by = error
        if isinstance(error, Interrupted | KeyboardInterrupt):
            record.status, record.error = "interrupted", f"interrupted by {_sender(error)}"
            log.line(record.error)
        elif isinstance(error, UserError):  # the user can put it right: that is no crash
            record.status, record.error = "refused", error.message
            log.crash(error)
        else:
            record.status = "crashed"
            with undisturbed_by_children():  # another worker may die as the first one's is told
                log.crash(error)
                record.error = self._why(error)
                let_go(error)

    def _work(self, record: Record, log: RunLog) -> None:
        from art.running.context import Context
        from art.training.quieting import advice_in_log

        self._start_loggers(log)
        progress = Progress(
            partial(self.observer.stage_progress, self.spec.name, self.model), self.run
        )
        context = Context(
            self.config,
            self.spec,
            self.run.path,
            earlier=self.earlier,
            previous=self.previous,
            fingerprint=self.fingerprint,
            loggers=self._loggers,
            log=log,
            progress=progress,
            parts=self.parts,
            say=self._say,
        )
        stage = build_stage(self.spec)
        set_apart()
        try:
            with redacted_messages(self.config.secrets), advice_in_log(log.line):
                outcome = as_outcome(stage.run(context))
        finally:
            record.notes = context.explained
        context.finish()
        progress.end()
        record.scores = {name: float(value) for name, value in outcome.scores.items()}
        record.settings = dict(outcome.settings)
        record.artifacts = {
            name: Path(path).resolve().relative_to(self.run.path.resolve()).as_posix()
            for name, path in outcome.artifacts.items()
        }
        self._draw(outcome, record)
        findings = Findings(record.scores, self._earlier_record, outcome.probes)
        hints = getattr(stage, "hints", {})
        record.suspected = suspected_of(outcome.probes)
        checks = [judge(check, findings, hints) for check in self.spec.checks.values()]
        checks = with_reasons(checks, [*record.notes, *told_by_stage(outcome.probes)])
        record.checks = with_divergence(checks, outcome.diverged)
        record.status = "failed" if record.failed_checks else "passed"

    def _why(self, error: BaseException) -> str:
        """What ended the stage, in one line; where memory ran out, with a batch that fits."""
        if is_out_of_memory(error):
            from art.running.out_of_memory import memory_line

            return memory_line(self.config, error)
        return failure_line(error)

    def _say(self, text: str) -> None:
        self.observer.note(self.config.secrets.hidden(text))

    def _earlier_record(self, stage: str) -> Record | None:
        run = self.earlier.get(stage)
        return run.record if run is not None else None

    # Figures and tables

    def _draw(self, outcome: Outcome, record: Record) -> None:
        from art.running.figures import save_drawing

        outcome.seen.simple = self._simple()
        outcome.seen.scores = outcome.seen.scores or record.scores
        drawings: dict[str, Any] = {
            name: Table(name, headings, rows) for name, (headings, rows) in outcome.tables.items()
        }
        drawings |= {name: self._titled(figure) for name, figure in outcome.figures.items()}
        for name, block in self.config.parts("visualizers", self.spec.name).items():
            for part, drawing in (build(block).draw(outcome.seen) or {}).items():
                drawings[name if part in ("", name) else f"{name}_{part}"] = self._titled(drawing)
        for name, drawing in drawings.items():
            shown, name = self.config.secrets.hidden_in((drawing, name))
            for path in save_drawing(name, shown, self.run.path).values():
                relative = path.relative_to(self.run.path).as_posix()
                if path.suffix == ".json" or name not in record.artifacts:
                    record.artifacts[name] = relative
                for logger in self._loggers:
                    logger.figure(name, path)

    def _titled(self, drawing: Any) -> Any:
        """The figure with the stage and the model in its title: it may be looked at on its own."""
        if not isinstance(drawing, Figure):
            return drawing
        about = f"{self.spec.name}, {self.model}" if self.model else self.spec.name
        return replace(drawing, title=f"{drawing.title} ({about})")

    def _simple(self) -> dict[str, float]:
        """The scores of the best simple model, where an earlier stage has fitted some."""
        found: dict[str, float] = {}
        for run in self.earlier.values():
            scores = run.record.scores
            compared = {name.rpartition("/")[0] for name in scores if name.count("/") == 2}
            found |= {name: scores[name] for name in compared if name in scores}
        return found

    # Loggers

    def _start_loggers(self, log: RunLog) -> None:
        info = RunInfo(
            project=self.config.project.name,
            stage=self.spec.name,
            run=self.run.run,
            model=self.model,
            folder=self.run.path,
            config=self.config.redacted(),
        )

        def note(text: str) -> None:
            log.line(text)
            self._say(text)

        for name, block in self.config.parts("loggers", self.spec.name).items():
            logger = built_logger(name, partial(build, block))
            guarded = GuardedLogger(name, logger, note=note, crash=log.crash)
            guarded.start(info)
            self._loggers.append(guarded)

    def _finish_loggers(self, record: Record, log: RunLog) -> None:
        """Tell every logger; one that fails now must not take the record with it."""
        for logger in self._loggers:
            try:
                logger.finish(record)
            except Exception as error:
                log.crash(error)
                self._say(f"a logger could not finish: {last_line(error)}")
        self._loggers = []


def _now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _sender(error: BaseException) -> str:
    """Who asked for it: Ctrl-C is the user, a scheduler or a shutdown sends the other."""
    terminated = isinstance(error, Interrupted) and error.number == signal.SIGTERM
    return "SIGTERM" if terminated else "the user"


def is_plain_stage(registered: str) -> bool:
    """Whether a registered stage is a class of ours, whose attributes can be read unbuilt."""
    stage = stages.get(registered)
    return isinstance(stage, type) and issubclass(stage, Stage)


def _device() -> str:
    torch = sys.modules.get("torch")
    if torch is None:
        return ""
    return str(torch.cuda.get_device_name()) if torch.cuda.is_available() else "cpu"
