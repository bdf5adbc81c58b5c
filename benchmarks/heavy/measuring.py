"""Runs a command and says what it took."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Cost:
    """What a command took.

    Attributes:
        code: its exit code.
        seconds: by the clock.
        cpu: user and system seconds.
        gigabytes: of memory at its peak.
    """

    code: int
    seconds: float
    cpu: float
    gigabytes: float


def measure(
    module: str, arguments: Sequence[str], folder: Path, more: Mapping[str, str] | None = None
) -> Cost:
    """Run `python -m module arguments` in a folder."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    environment = {**os.environ, "PYTHONPATH": path, "NO_COLOR": "1", **(more or {})}
    began = time.perf_counter()
    with (folder / "out.txt").open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    cpu, size = used.ru_utime + used.ru_stime, used.ru_maxrss
    scale = 1e9 if sys.platform == "darwin" else 1e6  # bytes there, kilobytes elsewhere
    return Cost(process.returncode, time.perf_counter() - began, cpu, size / scale)
