"""Records and reports as a recipe leaves them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from art.core.record import CheckResult, Record
from art.reporting.snapshots import Report, StageSnapshot, snapshot_of

RUN = "0001-20261123-221000"


def a_check(name: str = "loss", passed: bool = True, **values: Any) -> CheckResult:
    base: dict[str, Any] = {
        "check": "art.LessThan.v1",
        "severity": "block",
        "value": 0.004,
        "expected": "< 0.01",
        "message": "",
        "hint": "",
    }
    return CheckResult(name=name, passed=passed, **{**base, **values})


def a_record(stage: str = "baseline", order: int = 2, **values: Any) -> Record:
    base: dict[str, Any] = {
        "model": "cnn",
        "status": "passed",
        "seconds": 1.2,
        "scores": {"val/loss": 0.2, "val/accuracy": 0.95555},
        "checks": [a_check("better", value=0.95555, expected="> 0.1"), a_check()],
    }
    return Record(
        project="digits",
        stage=stage,
        order=order,
        run=RUN,
        started="2026-11-23T22:10:00Z",
        folder=f"{order:02d}-{stage}/{RUN}",
        **{**base, **values},
    )


def a_failed_record(**values: Any) -> Record:
    check = a_check(
        passed=False,
        value=0.341234,
        message="train/loss is 0.3412 after 200 steps.",
        hint="Look at the learning rate first.",
    )
    base: dict[str, Any] = {
        "status": "failed",
        "seconds": 3.1,
        "scores": {"train/loss": 0.341234},
        "checks": [check, a_check("finite")],
        "artifacts": {"curve": "figures/curve.png"},
    }
    return a_record("overfit_one_batch", 4, **{**base, **values})


def a_report(records: Sequence[Record], missing: Sequence[StageSnapshot] = ()) -> Report:
    return Report("digits", (*map(snapshot_of, records), *missing), folder="runs/digits")


@pytest.fixture
def report() -> Iterator[Report]:
    yield a_report([a_record(), a_failed_record()], [StageSnapshot("evaluate", 7, "cnn")])
