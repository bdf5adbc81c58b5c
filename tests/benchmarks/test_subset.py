"""The fixed part of the fault benchmark: what ART finds, and that it lets sound programs be."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.conftest import ROOT

FLOORS = {"all, obvious": (14, 0.9), "all, subtle": (11, 0.9)}
NAMED, EARLY = 0.85, 0.8


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """The table of `python -m benchmarks.faults --subset`, by group."""
    folder = tmp_path_factory.mktemp("faults")
    command = [sys.executable, "-m", "benchmarks.faults", "--subset", "--jobs", "2"]
    command += ["--results", str(folder / "rows.jsonl"), "--json", str(folder / "table.json")]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    found = json.loads((folder / "table.json").read_text())["art:init"]
    return {line["group"]: line for line in found["table"]}, found


def test_no_sound_program_is_blocked_and_none_crashes(table):
    lines, found = table
    for kind in ("clean, plain", "clean, hard"):
        assert lines[kind]["cases"] >= 4
        assert (lines[kind]["blocked"], lines[kind]["crashed"]) == (0, 0), found["misses"]


@pytest.mark.parametrize("dose", FLOORS)
def test_wrong_programs_are_blocked_early_and_for_the_right_cause(table, dose):
    lines, found = table
    line = lines[dose]
    cases, floor = FLOORS[dose]
    assert line["cases"] >= cases and line["crashed"] == 0
    assert line["blocked_share"] >= floor, found["misses"]
    assert line["named_share"] >= NAMED and line["early_share"] >= EARLY
