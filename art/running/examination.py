"""What is found of a program without training it; plain values, for people and for JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from art.core.record import CheckResult, Severity

Subject = Literal["data", "model"]


@dataclass(frozen=True)
class Finding:
    """What a probe or a check finds wrong.

    Attributes:
        severity: `block` where it would close the gate, `warn` where it would be reported.
        cause: the most likely mistake, in one sentence.
        where: the parameter, column, batch or hook; empty for the whole program.
        evidence: what was measured.
        remedy: what to change.
        found_by: the registered name of the probe or check.
    """

    severity: Severity
    cause: str
    where: str
    evidence: str
    remedy: str
    found_by: str


@dataclass(frozen=True)
class Sound:
    """A probe that finds nothing wrong.

    Attributes:
        probe: its registered name.
        cost: what it costs in passes, for people.
    """

    probe: str
    cost: str


@dataclass(frozen=True)
class StageExamination:
    """What a stage finds of a model, or of the data.

    Attributes:
        stage: its name in the config.
        model: the model's name; None for a stage of the data.
        findings: what is wrong, the most telling first.
        sound: the probes that found nothing wrong.
        passed: the checks that hold, but those that only read probes.
        scores: what was measured.
        tables: headings and rows, by name.
        crashed: what ended it, in one line; empty where nothing did.
        at: the line of the user's code in which it crashed, `file:line`.
    """

    stage: str
    model: str | None = None
    findings: tuple[Finding, ...] = ()
    sound: tuple[Sound, ...] = ()
    passed: tuple[CheckResult, ...] = ()
    scores: dict[str, float] = field(default_factory=dict)
    tables: dict[str, tuple[Sequence[str], Sequence[Sequence[Any]]]] = field(default_factory=dict)
    crashed: str = ""
    at: str = ""


@dataclass(frozen=True)
class Examination:
    """What is found of a recipe's data, or of its models.

    Attributes:
        project: the recipe's.
        subject: `data` or `model`.
        name: the registered name of the data or the model; "2 models" where there are several.
        stages: what each stage finds, by stage and model in the recipe's order.
    """

    project: str
    subject: Subject
    name: str
    stages: tuple[StageExamination, ...]

    @property
    def faults(self) -> tuple[Finding, ...]:
        """What would close a gate."""
        return tuple(f for s in self.stages for f in s.findings if f.severity == "block")

    @property
    def exit_code(self) -> int:
        """3 where a stage crashed, 1 where there is a fault, else 0."""
        if any(stage.crashed for stage in self.stages):
            return 3
        return 1 if self.faults else 0
