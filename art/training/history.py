"""The history of a training run: every logged value, in memory and on its way to the loggers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

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

    def to_tensors(self) -> dict[str, Any]:
        """By name `(steps, epochs, values)`, each a tensor `(n,)`; nothing is rounded."""
        import torch

        return {
            name: [
                torch.tensor(column, dtype=torch.int64 if index == 0 else torch.float64)
                for index, column in enumerate(zip(*series, strict=True))
            ]
            for name, series in self.values.items()
        }

    def load_tensors(self, tensors: Mapping[str, Any]) -> None:
        """Take what `to_tensors` gave for all that was logged so far; nothing is handed on."""
        self.values.clear()
        for name, columns in tensors.items():
            steps, epochs, values = (column.tolist() for column in columns)
            self.values[name] = list(zip(steps, epochs, values, strict=True))

    def last(self, name: str) -> float | None:
        """The last value logged under that name."""
        series = self.values.get(name)
        return series[-1][2] if series else None
