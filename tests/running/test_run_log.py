"""The run's log: what it cannot write now it writes later, and the run never fails for it."""

from __future__ import annotations

from io import FileIO
from pathlib import Path

import pytest

from art.running import run_log
from art.running.run_log import RunLog


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_costs_no_line_and_is_said_once(tmp_path: Path, monkeypatch):
    said: list[str] = []
    path = tmp_path / "log.txt"
    log = RunLog(path, said.append)
    log.line("before")
    with monkeypatch.context() as full:
        full.setattr(run_log, "open_to_append", lambda path: FileIO("/dev/full", "a"))
        log.line("while it is full")
        log.crash(ValueError("the cause"))
    assert said == [f"cannot write {path}: No space left on device; the run goes on."]
    log.line("after")
    lines = path.read_text().splitlines()
    assert [line[21:] for line in lines if line[:2] == "20"] == [
        "before",
        "while it is full",
        "ValueError: the cause",
        "after",
    ]


def test_a_text_that_is_no_unicode_is_written(tmp_path: Path):
    log = RunLog(tmp_path / "log.txt")
    log.line("a file \udcff, ü")
    assert "a file \\udcff, ü" in (tmp_path / "log.txt").read_text()
