"""The loader that a resumable run trains from: it says when nothing is half done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from art.core import interrupts
from art.training.resuming.sources import Source


class PausingLoader:
    """Gives a source's batches and calls `between` before each one, while no step is under way.

    Args:
        source: where the batches come from.
        size: batches that are given at once, as a list; None gives them one by one.

    Attributes:
        between: called with (epoch, batches of it that are done).
        broken_off: the same, where a signal ended the waiting for another process's batch; None
            where nobody shields the steps.
    """

    def __init__(self, source: Source, size: int | None = None) -> None:
        self.source = source
        self.size = size
        self.between: Callable[[int, int], None] = lambda epoch, done: None
        self.broken_off: Callable[[int, int], None] | None = None
        self._epoch = 0
        self._start = 0

    def set_epoch(self, epoch: int) -> None:
        """The epoch that the next iteration is."""
        if epoch != self._epoch:
            self._epoch, self._start = epoch, 0

    def begin_at(self, epoch: int, done: int) -> None:
        """Let that epoch begin after so many batches."""
        self._epoch, self._start = epoch, done

    def __len__(self) -> int:
        """What an epoch gives; a TypeError where the source does not know."""
        if self.source.length is None:
            raise TypeError("this loader does not know how many batches it gives")
        return self.source.length if self.size is None else -(-self.source.length // self.size)

    def __getattr__(self, name: str) -> Any:
        if name in ("source", "size") or name.startswith("__"):
            raise AttributeError(name)
        loader = getattr(self.source, "loader", None)
        if loader is None:
            raise AttributeError(name)
        return getattr(loader, name)

    def __iter__(self) -> Iterator[Any]:
        # A generator: where to begin is read at the first next(), after Lightning's hooks ran.
        epoch, done = self._epoch, self._start
        self._start = 0
        length = self.source.length
        if length is not None:
            self.between(epoch, done)
        batches = self.source.batches(epoch, done)
        while True:
            # a chunk that was left half done is ended first, so that all chunks end where they did
            wanted = 1 if self.size is None else self.size - done % self.size
            found = self._next(batches, wanted, epoch, done)
            if not found:
                return
            yield found[0] if self.size is None else found
            done += len(found)
            if length is not None and done != length:
                self.between(epoch, done)

    def _next(self, batches: Iterator[Any], wanted: int, epoch: int, done: int) -> list[Any]:
        """The next batches; a signal ends the waiting for other processes."""
        if self.broken_off is None or not self.source.elsewhere:
            return list(islice(batches, wanted))
        try:
            interrupts.unshield()
            found = list(islice(batches, wanted))
        except interrupts.Interrupted:
            self.broken_off(epoch, done)
            raise
        interrupts.shield()
        return found
