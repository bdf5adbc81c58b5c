"""How far a running stage is: for those who watch it, and in a file for those who look later."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from art.errors import StoreError
from art.running.events import NO_VALUES
from art.store import PROGRESS, RunFolder

WRITTEN_EVERY = 5.0
"""Seconds between two states of the file: `art report` in another terminal is no older."""
SURE = 2.0
"""Seconds of work behind an estimate of what is left; before that the first batches decide it."""


class Progress:
    """Adds the time left to what a stage says, passes it on, and keeps it in the run folder.

    Args:
        tell: takes (done, total, text, values).
        run: the run's folder.
    """

    def __init__(self, tell: Callable[..., None], run: RunFolder) -> None:
        self._tell = tell
        self._run = run
        self._began = self._written = time.monotonic()
        self._first = self._done = 0.0

    def __call__(
        self, done: float, total: float, text: str = "", values: Mapping[str, float] = NO_VALUES
    ) -> None:
        """Something is done; a smaller number than before begins another piece of work."""
        now = time.monotonic()
        if done < self._done or not self._done:
            self._began, self._first = now, done
        self._done = done
        left = self._left(done, total, now - self._began)
        if left is not None:
            text = f"{left}, {text}" if text else left  # the end may be cut off
        self._tell(done, total, text, values)
        if now - self._written >= WRITTEN_EVERY:
            self._written = now
            state = {"done": done, "total": total, "text": text, "time": time.time()}
            with suppress(StoreError):  # a disk that is full shows at the record
                self._run.write_text(PROGRESS, json.dumps(state) + "\n")

    def end(self) -> None:
        """The stage has ended in order: nothing is on its way any more."""
        with suppress(OSError):
            self._run.artifact_path(PROGRESS).unlink(missing_ok=True)

    def _left(self, done: float, total: float, spent: float) -> str | None:
        """`about 40 s left`, by the pace so far; None where that says nothing yet."""
        if spent < SURE or done <= self._first or done >= total:
            return None
        seconds = spent * (total - done) / (done - self._first)
        if seconds < 90:
            return f"about {seconds:.0f} s left"
        if seconds < 5400:
            return f"about {seconds / 60:.0f} min left"
        return f"about {seconds / 3600:.1f} h left"
