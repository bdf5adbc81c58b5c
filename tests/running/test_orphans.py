"""No process of a run that was killed is left, whatever its workers were doing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("failing_program.py")
SECONDS = 10
CONFIG = """
[project]
name = "orphans"
stages = ["overfit"]
[data]
@data = "failing.v1"
failure = "stuck"
[model]
@models = "failing.v1"
[training]
max_epochs = 3
"""


@pytest.mark.skipif(sys.platform != "linux", reason="processes are counted in /proc")
def test_nothing_is_left_of_a_killed_run_with_a_stuck_worker(tmp_path):
    (tmp_path / "orphans.cfg").write_text(CONFIG)
    sign = tmp_path / "stuck"
    process = subprocess.Popen(
        [sys.executable, "-m", "art", "train", "orphans.cfg", "--code", str(PROGRAM)],
        cwd=tmp_path, stderr=subprocess.DEVNULL, start_new_session=True,
        env={**os.environ, "STUCK_SIGN": str(sign), "XDG_CONFIG_HOME": str(tmp_path)},
    )  # fmt: skip
    try:
        _until(lambda: sign.exists(), 120)
        assert len(_in_session(process.pid)) >= 3, "the run and its two workers"
        process.send_signal(signal.SIGKILL)
        process.wait()
        _until(lambda: not _in_session(process.pid), SECONDS)
    finally:
        for left in _in_session(process.pid):
            os.kill(left, signal.SIGKILL)


def _until(holds, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.05)


def _in_session(leader: int) -> list[int]:
    """Living processes of a session, as /proc knows them."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[3]) == leader and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found
