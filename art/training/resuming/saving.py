"""When a run is saved, and what is needed to do it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

STATES = "checkpoints/resume"
"""In a run folder: what its training runs go on from after an interruption."""

SHARE = 0.02
"""Of the time that may go into saving."""


class SaveClock:
    """Says when the next state is due, for all training runs of a stage.

    Args:
        seconds: the work that may be lost; 0 for a state before every batch.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._last = time.monotonic()
        self._cost = 0.0
        self._due_at = self._last + seconds

    @property
    def is_due(self) -> bool:
        """Whether so much work is at stake, and the time for saving it is earned."""
        return time.monotonic() >= self._due_at

    @property
    def is_earned(self) -> bool:
        """Whether saving now would take its share of the time at most."""
        return not self.seconds or self.since * SHARE >= self._cost

    @property
    def since(self) -> float:
        """Seconds since the last state."""
        return time.monotonic() - self._last

    @contextmanager
    def saving(self) -> Iterator[None]:
        """Time what it costs."""
        started = time.monotonic()
        yield
        self._last = time.monotonic()
        self._cost = self._last - started
        self._due_at = self._last + (max(self.seconds, self._cost / SHARE) if self.seconds else 0)


@dataclass
class Resumable:
    """Where a training run is kept, and who must know when it goes on from an earlier point.

    Attributes:
        folder: of this run's states.
        clock: when to save.
        rows: how many rows the stage has logged so far.
        goes_on: called before a run goes on, with the rows that had been logged there, and whether
            it had come to its end.
        note: a line for the log and for people.
    """

    folder: Path
    clock: SaveClock
    rows: Callable[[], int]
    goes_on: Callable[[int, bool], None]
    note: Callable[[str], None]
