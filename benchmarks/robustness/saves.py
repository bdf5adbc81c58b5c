"""Kills a process inside the saving of a checkpoint that is overwritten in place.

Half of the kills come at a random moment, the others before a line of the code that saves, each in
its turn; half of them with TMPDIR on the disk of the checkpoint, half on another file system. After
each the checkpoint must load and be the last one that was saved whole, or the one being saved.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from benchmarks.robustness.figure import Figure
from benchmarks.robustness.forking import Child, forked, import_torch, scratch

FULL, SMALL = 300, 25
ELSEWHERE = Path("/dev/shm")
WEIGHTS = 250_000
"""One megabyte: a save takes some ten milliseconds, half of them before the file is replaced."""
LONGEST = 0.05
"""Seconds after the beginning of a save that a random kill may wait."""
FILES = (
    "art/training/checkpoints/door.py",
    "art/training/checkpoints/sealing.py",
    "art/core/files.py",
)


def measure(times: int) -> Figure:
    """Kill inside `times` saves with TMPDIR on the same file system, and as many on another."""
    import_torch()
    faults: list[str] = []
    texts = []
    for name, elsewhere in (("the same", None), ("another", ELSEWHERE)):
        with scratch() as folder, _tmpdir(folder, elsewhere):
            same = Path(folder).stat().st_dev == Path(os.environ["TMPDIR"]).stat().st_dev
            if same == (elsewhere is not None):
                faults.append(f"there is no other file system at {ELSEWHERE}")
            tally = _Tally(Path(folder) / "best.ckpt")
            tally.kill(times)
            faults += tally.faults
            texts.append(f"{tally.unloadable} of {tally.inside} with TMPDIR on {name} file system")
            texts[-1] += f" ({tally.between} between the file and its digest)"
    text = f"unloadable after a kill inside a save: {', '.join(texts)}"
    return Figure(text, not faults, faults)


class _Tally:
    """Kills, and what was found after them."""

    def __init__(self, path: Path) -> None:
        from art.training.checkpoints.door import save_checkpoint

        self.path = path
        self.inside = self.unloadable = self.between = 0
        self.faults: list[str] = []
        self._generation = 0
        self._before = b""
        self._draw = random.Random(0)
        save_checkpoint(_content(0), path)
        self._lines = _lines_of_a_save(path)

    def kill(self, times: int) -> None:
        """Kill children until so many of them were inside a save."""
        from art.training.checkpoints.door import sidecar

        while self.inside < times:
            self._before = sidecar(self.path).read_bytes()
            if self.inside % 2:
                done, wanted = self.inside // 2, max(times // 2, 1)
                spread = done * self._lines // wanted if self._lines > wanted else done
                line = 1 + spread % self._lines
                said = forked(lambda say, at=line: self._save(say, at)).wait()[1]  # type: ignore[misc]
            else:
                child = forked(lambda say: self._save(say, None))
                said = _killed(child, self._draw.uniform(0, LONGEST))
            self._look(said)

    def _save(self, say: Callable[[str], None], line: int | None) -> None:
        """Save one generation after the other; with a line, die before the so-manieth."""
        from art.training.checkpoints.door import save_checkpoint

        for generation in range(self._generation + 1, self._generation + 1000):
            content = _content(generation)
            say(f"saving {generation}")
            if line is not None:
                sys.settrace(_Killer(line))
            save_checkpoint(content, self.path)
            say(f"saved {generation}")

    def _look(self, said: list[str]) -> None:
        from art.training.checkpoints.door import load_checkpoint, sidecar

        words = [line.split() for line in said]
        saved = max((int(n) for what, n in words if what == "saved"), default=self._generation)
        if words and words[-1][0] == "saving":
            self.inside += 1
            now = sidecar(self.path).read_bytes()
            self.between += b"before" in now and now != self._before
        try:
            content = load_checkpoint(self.path)
        except Exception as error:
            self.unloadable += 1
            self.faults.append(f"after {said[-1:]}: {type(error).__name__}: {error}")
            return
        found = int(content["generation"])
        if found not in (saved, saved + 1):
            self.faults.append(f"generation {found} was loaded after {saved} had been saved")
        if not bool((content["weights"] == found).all()):
            self.faults.append(f"generation {found} has the weights of another")
        self._generation = found
        for left in self.path.parent.glob(".*.tmp"):
            left.unlink()


class _Killer:
    """A trace function that kills this process before a line of the code that saves."""

    def __init__(self, line: int) -> None:
        self._left = line

    def __call__(self, frame: FrameType, event: str, _: Any) -> Any:
        if not frame.f_code.co_filename.endswith(FILES):
            return None
        if event == "line":
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return self


def _lines_of_a_save(path: Path) -> int:
    """How many lines of ours one save goes through."""
    from art.training.checkpoints.door import save_checkpoint

    counter = _Killer(0)
    sys.settrace(counter)
    try:
        save_checkpoint(_content(0), path)
    finally:
        sys.settrace(None)
    return -counter._left


def _content(generation: int) -> dict[str, Any]:
    import torch

    return {"generation": generation, "weights": torch.full((WEIGHTS,), float(generation))}


def _killed(child: Child, seconds: float) -> list[str]:
    """What a child said that was killed so long after it had begun to save."""
    first = os.read(child.pipe, 1 << 16).decode()
    time.sleep(seconds)
    return [*first.split("\n")[:-1], *child.kill()]


@contextmanager
def _tmpdir(folder: str, elsewhere: Path | None) -> Iterator[None]:
    """Have TMPDIR in another folder, on another file system where one is given."""
    before = os.environ.get("TMPDIR")
    made = tempfile.mkdtemp(dir=elsewhere or folder)
    os.environ["TMPDIR"], tempfile.tempdir = made, None
    try:
        yield
    finally:
        shutil.rmtree(made)
        tempfile.tempdir = None
        if before is None:
            del os.environ["TMPDIR"]
        else:
            os.environ["TMPDIR"] = before
