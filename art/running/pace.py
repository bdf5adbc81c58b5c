"""How fast a program trains, and how long the probes of a stage may take.

Time is that of the thread that trains: on an idle machine it is the clock's, and on a busy one no
probe is left out because other programs run. Who names a limit means seconds of the clock, in which
a program may also wait for a GPU, a disk or another process.
"""

from __future__ import annotations

import time

LEAST, SHARE = 60.0, 0.25
"""By default probes take a minute, or that share of what the first full training is to take."""


def now() -> float:
    """Seconds of the thread that trains."""
    return time.thread_time()


class Pace:
    """Measures the steps of a stage's short runs, and counts its probes' time.

    Args:
        limit: `[system] probe_seconds`; None for the default.
        epochs: of a full training.
    """

    def __init__(self, limit: float | None, epochs: int) -> None:
        self.epoch_batches = 0
        self._limit = limit
        self._now = now if limit is None else time.monotonic
        self._epochs = epochs
        self._step = 0.0
        self._began: float | None = None

    def note(self, steps: int, seconds: float) -> None:
        """A short run has taken that long: the fastest one is closest to what a step takes."""
        if steps:
            self._step = min(self._step or seconds / steps, seconds / steps)

    @property
    def step(self) -> float:
        """Seconds of a training step; 0 where none has been taken."""
        return self._step

    @property
    def seconds(self) -> float:
        """How long the probes may take."""
        if self._limit is not None:
            return self._limit
        return max(LEAST, SHARE * self._step * self.epoch_batches * self._epochs)

    @property
    def is_limited(self) -> bool:
        """Whether somebody has named a limit."""
        return self._limit is not None

    def begin(self) -> None:
        """The first probe begins."""
        self._began = self._began or self._now()

    @property
    def left(self) -> float:
        """Seconds that are left to the probes."""
        spent = 0.0 if self._began is None else self._now() - self._began
        return self.seconds - spent

    def affordable(self, most: int, least: int, share: float) -> int:
        """How many steps fit into a share of the probes' time, between two bounds."""
        if not self._step:
            return most
        return max(least, min(most, int(share * self.seconds / self._step)))
