"""Points of a program at which it kills itself: a function's call or return, or a system call.

They are found by looking at one run: every function of ART, of Lightning's loops, of torch's
optimizers and serialization and of the program itself is one at its call and one at its return, and
so is every file operation inside them.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any

PLACES = (
    ("/art/training/", "training", 8.0),
    ("/art/running/", "running", 4.0),
    ("/art/store/", "store", 2.0),
    ("/art/core/", "core", 3.0),
    ("/registry/", "parts", 2.0),
    ("/robustness/programs/", "program", 3.0),
    ("/pytorch_lightning/", "lightning", 3.0),
    ("/torch/optim/", "torch", 1.0),
    ("/torch/serialization.py", "torch", 1.0),
    ("/torch/utils/data/", "torch", 1.0),
    ("/art/", "rest", 0.5),
)
"""Part of a file's path, the group it belongs to, and how often the group is drawn."""

FILE_OPERATIONS = {
    "replace", "rename", "fsync", "fdatasync", "write", "open", "unlink", "mkdir", "rmdir", "close",
    "ftruncate", "flush", "link",
}  # fmt: skip


class Points:
    """Watches every call of the process that it is started in.

    Args:
        wanted: the point to die at; None only counts.
        times: die when it is reached for the so-manieth time.
        left: a file in which the point is written before dying, or all counts at the end.
    """

    def __init__(self, left: Path, wanted: str | None = None, times: int = 1) -> None:
        self.counts: Counter[str] = Counter()
        self._wanted = wanted
        self._times = times
        self._left = left
        self._process = os.getpid()
        self._short: dict[str, str | None] = {}

    def start(self) -> None:
        """Begin to watch."""
        self._process = os.getpid()
        sys.setprofile(self._see)

    def finish(self) -> None:
        """Write down how often each point was passed."""
        sys.setprofile(None)
        self._left.write_text(json.dumps(self.counts))

    def _see(self, frame: FrameType, event: str, arg: Any) -> None:
        if event == "c_call":
            name = getattr(arg, "__name__", "")
            if name not in FILE_OPERATIONS:
                return
            event = name
        elif event not in ("call", "return"):
            return
        code = frame.f_code
        short = self._short.get(code.co_filename, "")
        if short == "":
            short = self._short[code.co_filename] = _shortened(code.co_filename)
        if short is None:
            return
        point = f"{short}:{code.co_name}:{event}"
        if self._wanted is None:
            self.counts[point] += 1
        elif point == self._wanted:
            self._die_if_due(point)

    def _die_if_due(self, point: str) -> None:
        if os.getpid() != self._process:  # a worker that was forked from it
            sys.setprofile(None)
            return
        self._times -= 1
        if self._times <= 0:
            sys.setprofile(None)
            file = os.open(self._left, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
            os.write(file, point.encode())
            os.kill(self._process, signal.SIGKILL)


def read(left: Path) -> dict[str, int]:
    """The counts that a watched run left."""
    counts: dict[str, int] = json.loads(left.read_text())
    return counts


def group_of(point: str) -> str:
    """The group of a point."""
    return point.partition("/")[0]


def drawn(counts: dict[str, int], dice: random.Random) -> tuple[str, int]:
    """(point, how often to pass it first), every group at its weight, every point of it alike."""
    weights = {group: weight for _, group, weight in PLACES}
    groups = sorted({group_of(point) for point in counts})
    group = dice.choices(groups, [weights[name] for name in groups])[0]
    point = dice.choice(sorted(each for each in counts if group_of(each) == group))
    return point, dice.randint(1, counts[point])


def _shortened(path: str) -> str | None:
    for part, group, _ in PLACES:
        _, found, rest = path.rpartition(part)
        if found:
            return f"{group}/{rest or Path(path).name}"
    return None
