"""A line a happening."""

from __future__ import annotations

from typing import Any

import pytest

from art.reporting.progress import finished_line, skipped_line, started_line

from .conftest import a_check, a_failed_record, a_record


def test_a_stage_starts_or_is_skipped() -> None:
    assert started_line(2, 7, "baseline", None, "no record yet") == (
        "[2/7] baseline: runs, because no record yet"
    )
    assert started_line(2, 7, "baseline", "cnn") == "[2/7] baseline (cnn): runs"
    assert skipped_line(1, 7, "explore") == "[1/7] explore: skipped, up to date"
    assert skipped_line(1, 7, "explore", None, "not asked for").endswith("skipped, not asked for")


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({}, "passed in 1.2 s, 2/2 checks, val/accuracy 0.9556, val/loss 0.2"),
        ({"scores": {}, "checks": []}, "passed in 1.2 s"),
        ({"status": "crashed", "error": "Boom: a\nb"}, "crashed after 1.2 s, Boom: a\\nb"),
        ({"status": "refused", "error": "no class"}, "refused after 1.2 s, no class"),
        ({"status": "interrupted", "checks": [], "scores": {}}, "interrupted after 1.2 s"),
        (
            {"checks": [a_check("gap", False, severity="warn")], "scores": {"val/loss": 0.5}},
            "passed in 1.2 s, val/loss 0.5, 1 warning",
        ),
    ],
)
def test_how_a_stage_ended(values: dict[str, Any], line: str) -> None:
    assert finished_line(a_record(**values), 7) == f"[2/7] baseline: {line}"


def test_a_closed_gate_names_the_check() -> None:
    assert finished_line(a_failed_record(), 7, show_model=True) == (
        "[4/7] overfit_one_batch (cnn): failed in 3.1 s, 1/2 checks, loss (0.3412, expected < 0.01)"
    )
