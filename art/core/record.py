"""The record: what a run of a stage leaves on disk."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any, Literal

from art.errors import RecordError

SCHEMA = 1

Status = Literal["running", "passed", "failed", "refused", "crashed", "interrupted"]
Severity = Literal["block", "warn"]
STATUSES = ("running", "passed", "failed", "refused", "crashed", "interrupted")
"""`failed`: a check closed the gate; `refused`: the user can put right what ended the stage;
`crashed`: an error that nobody foresaw."""


@dataclass(frozen=True)
class CheckResult:
    """What one check found.

    Attributes:
        name: the check's name in the config, `[stages.overfit.checks.NAME]`.
        check: the registered name, `art.LessThan.v1`.
        severity: `block` closes the gate when the check fails, `warn` never does.
        passed: whether the condition holds.
        value: the measured value; None where there was none.
        expected: the condition in words and numbers, `"< 0.01"`.
        message: one sentence for people.
        hint: what to look at first when it failed; empty when it passed.
    """

    name: str
    check: str
    severity: Severity
    passed: bool
    value: float | str | None
    expected: str
    message: str
    hint: str = ""

    @property
    def asked(self) -> bool:
        """Whether it had something to judge: an optional one holds where nothing was measured."""
        return not self.passed or self.value is not None


@dataclass(frozen=True)
class Suspected:
    """What a probe found wrong, as a record keeps it.

    Attributes:
        probe: its registered name.
        certain: whether it is a fault; else it is a suspicion.
        cause: the most likely mistake, in one sentence.
        where: the parameter, column, batch or hook; empty for the whole program.
        evidence: what was measured.
        remedy: what to change.
    """

    probe: str
    certain: bool
    cause: str
    where: str
    evidence: str
    remedy: str


MOST_SUSPECTED = 50
"""Suspicions that a record keeps; `tables/suspicions.csv` has all."""


@dataclass
class Record:
    """What a run of a stage leaves; `record.json` in its run folder.

    Attributes are those of the contract's JSON, in its order. Three are added. `error`: one line
    that says why a run crashed or was refused, empty otherwise. `notes`: why something was not
    measured or judged, a sentence each. `suspected`: what the probes found, the most telling first.
    `folder` is where the record was read from, relative to the project's folder in the run store,
    and is not part of the JSON.
    """

    project: str
    stage: str
    order: int
    run: str
    model: str | None
    status: Status
    started: str
    seconds: float = 0.0
    scores: dict[str, float] = field(default_factory=dict)
    checks: list[CheckResult] = field(default_factory=list)
    artifacts: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    inputs: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    notes: list[str] = field(default_factory=list)
    suspected: list[Suspected] = field(default_factory=list)
    folder: str = ""

    @property
    def gate_open(self) -> bool:
        """Whether the next stage may run."""
        return self.status == "passed"

    @property
    def failed_checks(self) -> list[CheckResult]:
        """The checks that closed the gate."""
        return [c for c in self.checks if not c.passed and c.severity == "block"]

    @property
    def warnings(self) -> list[CheckResult]:
        """The checks that failed and do not close the gate."""
        return [c for c in self.checks if not c.passed and c.severity == "warn"]

    def to_json(self) -> dict[str, Any]:
        """The contract's JSON object."""
        values = {"schema": SCHEMA, **dataclasses.asdict(self)}
        del values["folder"]
        return values

    @classmethod
    def from_json(cls, values: Any, folder: str = "") -> Record:
        """Read a record; keys that a later version added are passed over.

        Raises:
            RecordError: it is no object, of a newer schema, or lacks what every record has.
        """
        if not isinstance(values, dict):
            raise RecordError(f"{folder}: a record must be a JSON object")
        schema = values.get("schema")
        if not isinstance(schema, int) or schema > SCHEMA:
            raise RecordError(
                f"{folder}: record schema {schema!r}; this version of ART reads up to {SCHEMA}"
            )
        if values.get("status") not in STATUSES:
            raise RecordError(f"{folder}: unknown status {values.get('status')!r}")
        known = {f.name for f in dataclasses.fields(cls)} - {"folder"}
        kept = {key: value for key, value in values.items() if key in known}
        try:
            kept["checks"] = [_check_from_json(check) for check in kept.get("checks", [])]
            kept["notes"] = _texts(kept.get("notes", []))
            kept["suspected"] = [_suspected(found) for found in kept.get("suspected", [])]
            return cls(**kept, folder=folder)
        except TypeError as error:
            raise RecordError(f"{folder}: not a whole record: {error}") from error


def _check_from_json(values: Any) -> CheckResult:
    known = {f.name for f in dataclasses.fields(CheckResult)}
    return CheckResult(**{key: value for key, value in dict(values).items() if key in known})


def _suspected(values: Any) -> Suspected:
    known = {f.name for f in dataclasses.fields(Suspected)}
    kept = {key: value for key, value in dict(values).items() if key in known}
    _texts([value for key, value in kept.items() if key != "certain"])
    return Suspected(**{**kept, "certain": bool(kept.get("certain", True))})


def _texts(values: Any) -> list[str]:
    if not isinstance(values, list) or not all(isinstance(text, str) for text in values):
        raise TypeError("a list of texts is none")
    return values
