"""The run's log: what it cannot write now it writes later, and the run never fails for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from art.running.run_log import RunLog


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_costs_no_line_and_is_said_once(tmp_path: Path):
    said: list[str] = []
    path = tmp_path / "log.txt"
    log = RunLog(path, said.append)
    log.line("before")
    path.rename(tmp_path / "kept.txt")
    path.symlink_to("/dev/full")
    log.line("while it is full")
    log.crash(ValueError("the cause"))
    assert said == [f"cannot write {path}: No space left on device; the run goes on."]
    path.unlink()
    (tmp_path / "kept.txt").rename(path)
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
