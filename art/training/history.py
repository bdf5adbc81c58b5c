"""The history of a training run: every logged value, in memory and on its way to the loggers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from art.core.logger import Row


class History:
    """Keeps every logged value and hands it on.

    Args:
        sink: takes the rows as they come, many at a time.
    """

    def __init__(self, sink: Callable[[Sequence[Row]], None]) -> None:
        self._sink = sink
        self.values: dict[str, list[tuple[int, float, float]]] = {}

    def add(self, rows: Sequence[Row]) -> None:
        """Take in rows of (step, epoch, name, value)."""
        for step, epoch, name, value in rows:
            self.values.setdefault(name, []).append((step, epoch, value))
        self._sink(rows)

    def last(self, name: str) -> float | None:
        """The last value logged under that name."""
        series = self.values.get(name)
        return series[-1][2] if series else None
