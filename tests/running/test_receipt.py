"""A run with nothing to do says so without loading the user's code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import art

CODE = """
import torch  # what makes a run with nothing to do slow, if the file is imported

import art
import neighbour


@art.stages("mine.Count.v1")
class Count(art.Stage):
    per_model = False
    reads = ("data",)

    def __init__(self, by: int = 1) -> None:
        self.by = by

    def run(self, context):
        import late

        return art.Outcome(scores={"counted": neighbour.ONE * self.by * late.TWO})
"""


PROBE = """
import sys
from art.cli.app import run
code = run(["train", "counting.cfg", "--code", "count.py", *sys.argv[1:]])
print("torch" in sys.modules, code, file=sys.stderr)
"""


@pytest.fixture
def project(tmp_path, monkeypatch, counting):
    """A project with its own stage, in the working folder."""
    monkeypatch.chdir(tmp_path)
    Path("count.py").write_text(CODE)
    Path("neighbour.py").write_text("ONE = 1.0\n")
    Path("late.py").write_text("TWO = 1.0\n")
    Path("counting.cfg").write_text(counting("mine.Count.v1"))
    Path("table.csv").write_text("x,y\n1,a\n2,b\n")
    assert _train() == (True, "count runs", 0)
    return tmp_path


def _train(*options: str) -> tuple[bool, str, int]:
    """Whether torch was imported, what became of the stage, and the exit code."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *options], capture_output=True, text=True, timeout=120
    )
    torch, code = done.stderr.splitlines()[-1].split()
    what = "count runs" if "count: runs" in done.stderr else "up to date"
    assert what == "count runs" or "count: skipped, up to date" in done.stderr, done.stderr
    return torch == "True", what, int(code)


def test_nothing_to_do_imports_neither_the_code_nor_torch(project):
    assert _train() == (False, "up to date", 0)
    assert art.report("runs").stages[0].scores == {"counted": 1.0}


@pytest.mark.parametrize(
    "change",
    [
        lambda: Path("count.py").write_text(CODE + "\n# a note\n"),
        lambda: Path("neighbour.py").write_text("ONE = 2.0\n"),
        lambda: Path("table.csv").write_text("x,y\n1,a\n2,b\n3,a\n"),
        lambda: Path("counting.cfg").write_text(Path("counting.cfg").read_text() + "by = 2\n"),
        lambda: Path("late.py").write_text("TWO = 3.0\n"),
        lambda: Path("system.cfg").write_text("[paths]\ndata = \"other.csv\"\n")
        or Path("other.csv").write_text("x,y\n1,a\n9,b\n"),
    ],
    ids=["code", "neighbour", "data", "config", "neighbour in a function", "system config"],
)  # fmt: skip
def test_whatever_changes_runs_again(project, change):
    change()
    assert _train() == (True, "count runs", 0)
    assert _train() == (False, "up to date", 0)


def test_an_override_runs_again_and_so_does_force(project):
    assert _train("--stages.count.by=3") == (True, "count runs", 0)
    assert _train("--stages.count.by=3") == (False, "up to date", 0)
    assert _train("--stages.count.by=3", "--force") == (True, "count runs", 0)


def test_a_record_that_is_gone_or_a_broken_receipt_is_looked_into(project):
    receipt = project / "runs" / "counting" / ".receipt.json"
    receipt.write_text('{"settings": 3, "runs": [[1]]}')
    assert _train() == (True, "up to date", 0)
    next((project / "runs" / "counting").glob("*/*/record.json")).unlink()
    assert _train() == (True, "count runs", 0)
