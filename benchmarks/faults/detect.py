"""Runs ART's default recipe on a program, and reads from its records what it found."""

from __future__ import annotations

import csv
import itertools
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import art
from art.core.record import Record
from benchmarks.faults.configs import STAGES, Route, config_text
from benchmarks.faults.fitting import quiet
from benchmarks.faults.program import Program

FIRST_FIT = STAGES.index("overfit")
_numbers = itertools.count(1)


@dataclass
class Finding:
    """What the default recipe says of one program.

    Attributes:
        program: its name.
        seed: the project's.
        task: whether the config had a `[task]`.
        blocked: a blocking check failed.
        crashed: ART or the program crashed; never counted as detection.
        stage: the stage that blocked or crashed.
        checks: names of the blocking checks that failed there.
        message: of the first of them, or the crash's.
        hint: of the first of them.
        warnings: messages of the warnings, `stage/check: message`.
        stages: the stages that ran, with their CPU seconds.
        probes: by name, their CPU seconds and how many certain faults they found.
        early: blocked before the first full fit.
    """

    program: str
    seed: int = 0
    task: bool = False
    blocked: bool = False
    crashed: bool = False
    stage: str = ""
    checks: list[str] = field(default_factory=list)
    message: str = ""
    hint: str = ""
    warnings: list[str] = field(default_factory=list)
    stages: dict[str, float] = field(default_factory=dict)
    probes: dict[str, tuple[float, int]] = field(default_factory=dict)

    @property
    def early(self) -> bool:
        """Blocked before the first full fit."""
        return self.blocked and self.stage in STAGES[:FIRST_FIT]

    @property
    def seconds(self) -> float:
        """CPU seconds of the whole recipe."""
        return sum(self.stages.values())

    def names(self, causes: Sequence[str]) -> bool:
        """Whether the first message or hint has one of the words."""
        first = self.message.split("; ")[0]
        text = f"{first} {self.hint}".lower()
        return self.blocked and any(word in text for word in causes)

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


class _Clock:
    """Listens to the recipe, and takes the CPU time of each stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._began = 0.0

    def planned(self, plan: Any) -> None:
        """Nothing to do."""

    def stage_skipped(self, name: str, model: str | None, why: str) -> None:
        """Nothing to do."""

    def stage_started(self, name: str, model: str | None, order: int, total: int, why: str) -> None:
        """Begin to count."""
        self._began = time.process_time()

    def stage_progress(self, *_: Any) -> None:
        """Nothing to do."""

    def stage_finished(self, record: Record) -> None:
        """Stop counting."""
        self.seconds[record.stage] = round(time.process_time() - self._began, 3)

    def note(self, text: str) -> None:
        """Nothing to do."""


def detect(
    program: Program, *, seed: int = 0, task: bool = False, route: Route = "init"
) -> Finding:
    """Run the seven default stages on a program, until one blocks.

    Args:
        program: the program; its parts are registered as a user's are.
        seed: of the project.
        task: whether the config names a `[task]`; a program with a loss of its own needs none.
        route: how its config is come by.
    """
    names = registered(program)
    clock = _Clock()
    with tempfile.TemporaryDirectory() as folder, quiet():
        config = Path(folder) / "bench.cfg"
        config.write_text(
            config_text(program, names, folder=folder, seed=seed, task=task, route=route)
        )
        done = art.train(config, observer=clock)
        records = done.result.records
        probes = _probes(Path(folder) / "runs" / "bench", records)
    finding = read(program.name, records, clock.seconds, seed=seed, task=task)
    finding.probes = probes
    return finding


def _probes(project: Path, records: Sequence[Record]) -> dict[str, tuple[float, int]]:
    found = {}
    for record in records:
        if "probes" in record.artifacts:
            path = (project / record.folder / record.artifacts["probes"]).with_suffix(".csv")
            with path.open(encoding="utf-8") as rows:
                for row in csv.DictReader(rows):
                    found[row["probe"]] = float(row["seconds"]), int(row["certain"])
    return found


def read(
    program: str,
    records: Sequence[Record],
    seconds: dict[str, float],
    *,
    seed: int = 0,
    task: bool = False,
) -> Finding:
    """What the records of one run say; the first stage that did not pass decides.

    Args:
        program: the program's name.
        records: one a stage, in order.
        seconds: CPU seconds by stage.
        seed: of the project.
        task: whether the config had a `[task]`.
    """
    finding = Finding(program, seed, task, stages=dict(seconds))
    for record in records:
        finding.warnings += [f"{record.stage}/{c.name}: {c.message}" for c in record.warnings]
        if record.status == "passed":
            continue
        finding.stage = record.stage
        if record.status == "failed":
            failed = record.failed_checks
            finding.blocked = True
            finding.checks = [check.name for check in failed]
            finding.message, finding.hint = failed[0].message, failed[0].hint
        else:
            finding.crashed, finding.message = True, record.error or record.status
        break
    return finding


def registered(program: Program) -> dict[str, str]:
    """Register a program's data and model as a user's are; their names by registry."""
    number = next(_numbers)
    names = {"data": f"bench.Data{number}.v1", "models": f"bench.Model{number}.v1"}
    _register(art.data, names["data"], program.make_data)
    _register(art.models, names["models"], program.make_model)
    return names


def _register(registry: Any, name: str, make: Any) -> None:
    """Register a factory without parameters: its own signature is none of the config's business."""

    @registry(name)
    def build() -> Any:
        return make()
