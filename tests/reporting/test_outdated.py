"""Stages that passed before a stage above them ran again no longer count."""

from __future__ import annotations

import pytest

import art
from art.reporting.snapshots import OUTDATED
from art.reporting.terminal import render_report

STAGES = '["explore", "baseline", "overfit"]'
SHORT = {"training.max_epochs": 2}


@pytest.fixture
def report(small, tmp_path):
    """The report after the recipe ran once, and once more with other settings."""
    config = small(stages=STAGES)
    art.train(config, overrides=SHORT)
    before = art.report(tmp_path / "runs" / "small")
    assert [stage.status for stage in before.stages] == ["passed"] * 3
    limits = {**SHORT, "stages.explore.checks.input_scale.value": 0.001}
    limits["stages.explore.checks.input_scale.severity"] = "block"
    art.train(config, overrides=limits)
    return art.report(tmp_path / "runs" / "small")


def test_what_passed_on_other_settings_is_outdated_behind_a_closed_gate(report):
    assert [stage.status for stage in report.stages] == ["failed", OUTDATED, OUTDATED]
    shown = render_report(report, width=80)
    assert "0 of 3 passed" in shown and "2 later stages have not run" in shown
    assert shown.count("ran before a stage above it ran again") == 2
    assert "Model " not in shown and "art predict" not in shown


def test_the_records_themselves_are_as_they_were(report):
    assert [stage.json["status"] for stage in report.stages] == ["failed", "passed", "passed"]
