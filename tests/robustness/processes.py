"""Starts `art train` as a process of its own, waits for a sign of life, and looks for orphans."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]


def started(folder: Path, *, at: str = "", seconds: float = 0.7, **more) -> subprocess.Popen:
    """`art train recipe.cfg` in a folder, in a session of its own; it lingers at that place."""
    return subprocess.Popen(
        [sys.executable, "-m", "art", "train", "recipe.cfg", "--code", str(PROGRAM)],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "XDG_CONFIG_HOME": str(folder / "xdg"),
            "LINGER_AT": at,
            "LINGER_SIGN": str(folder / "sign"),
            "LINGER_SECONDS": str(seconds),
            "KILLS_COUNT": str(folder / "batches.txt"),
            "OMP_NUM_THREADS": "1",
        },
        start_new_session=True,
        **{
            "stdout": subprocess.PIPE,
            "stderr": subprocess.STDOUT,
            "text": True,
            # `make test &` ignores it
            "preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            **more,
        },
    )


PROGRAM = Path(__file__).with_name("pausing_program.py")


def crowding() -> float:
    """How many times longer than alone a process waits here now, whatever it does; at least 1."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def wait_for(condition: Callable[[], bool], seconds: float, what: str) -> float:
    """The seconds until a condition holds."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < seconds, f"{what}: not within {seconds} s"
        time.sleep(0.01)
    return time.monotonic() - begun


def ended(process: subprocess.Popen, seconds: float) -> tuple[int, str, float]:
    """(exit code as a shell reports it, what was printed, seconds until it ended)."""
    begun = time.monotonic()
    text, _ = process.communicate(timeout=seconds)
    took = time.monotonic() - begun
    code = process.returncode
    return (128 - code if code < 0 else code), text or "", took


def session_of(leader: int) -> Iterator[int]:
    """The processes of a session that are alive."""
    for entry in Path("/proc").iterdir():
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z" and int(fields[3]) == leader:
            yield int(entry.name)
