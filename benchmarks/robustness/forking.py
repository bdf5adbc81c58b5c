"""A parent that has imported torch once forks children, so that a kill costs milliseconds."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn


@dataclass
class Child:
    """A forked process.

    Attributes:
        pid: its number.
        pipe: the end that this process reads what it says from.
    """

    pid: int
    pipe: int

    def kill(self) -> list[str]:
        """End it with SIGKILL; every whole line that it ever said."""
        os.kill(self.pid, signal.SIGKILL)
        return self.wait()[1]

    def wait(self) -> tuple[int, list[str]]:
        """Its exit code (negative for a signal) and every whole line that it said."""
        said = bytearray()
        while block := os.read(self.pipe, 1 << 16):
            said += block
        os.close(self.pipe)
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return code, said.decode().split("\n")[:-1]


def forked(work: Callable[[Callable[[str], None]], int | None]) -> Child:
    """Start a process.

    Args:
        work: takes a function that says a line to the parent, as soon as it returns; its result is
            the exit code.
    """
    reading, writing = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _be_child(work, writing)
    os.close(writing)
    return Child(pid, reading)


def _be_child(work: Callable[[Callable[[str], None]], int | None], writing: int) -> NoReturn:
    code = 70
    try:
        code = work(lambda line: os.write(writing, f"{line}\n".encode()) and None) or 0
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def import_torch() -> None:
    """Import it where children find it, with one thread: others would not survive the fork."""
    import torch

    torch.set_num_threads(1)


def scratch() -> tempfile.TemporaryDirectory[str]:
    """A folder on the disk that the sources are on, which git passes over; removed in the end."""
    folder = Path(__file__).parents[2] / "build" / "robustness"
    folder.mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryDirectory(dir=folder)
