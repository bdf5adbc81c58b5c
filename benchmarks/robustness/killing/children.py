"""Child processes that are forked, watched and killed."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Ended:
    """How a child ended.

    Attributes:
        code: its exit code; negative, the signal that ended it.
        seconds: that it lived.
        process: its id, and that of its session.
    """

    code: int
    seconds: float
    process: int

    @property
    def killed(self) -> bool:
        """Whether SIGKILL ended it."""
        return self.code == -signal.SIGKILL


def forked(
    work: Callable[[], int], output: Path, *, kill_after: float | None = None, limit: float = 120.0
) -> Ended:
    """Run something in a forked child, whose output is added to a file.

    Args:
        work: what it does; what it returns is the exit code.
        output: takes what it prints.
        kill_after: seconds after which it is killed.
        limit: seconds after which it counts as hung.

    Raises:
        TimeoutError: it did not end.
    """
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        _live(work, output)
    watched = os.pidfd_open(child)
    try:
        ended, _, _ = select.select([watched], [], [], limit if kill_after is None else kill_after)
        if not ended:
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    finally:
        os.close(watched)
    seconds = time.monotonic() - started
    if not ended and kill_after is None:
        raise TimeoutError(f"a run did not end within {limit:.0f} s; {output} has its output")
    return Ended(os.waitstatus_to_exitcode(status), seconds, child)


def _live(work: Callable[[], int], output: Path) -> None:
    """The child's whole life: nothing of the parent's is run in it."""
    code = 70
    try:
        os.setsid()  # its workers are told by this session from those of other runs
        file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(file, 1)
        os.dup2(file, 2)
        code = work()
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def left_over(sessions: set[int], patience: float) -> list[int]:
    """Processes of these children's sessions that are still there after so many seconds."""
    until = time.monotonic() + patience
    while (found := _members(sessions)) and time.monotonic() < until:
        time.sleep(0.05)
    return found


def _members(sessions: set[int]) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError, ValueError, IndexError):
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) in sessions and fields[0] != "Z":
                found.append(int(entry.name))
    return found
