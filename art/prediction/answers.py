"""What a model says of some rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

Kind = Literal["probabilities", "scores", "chosen", "amounts", "outputs"]


@dataclass(frozen=True)
class Predictions:
    """Predictions of some rows, in the target's own terms.

    Attributes:
        kind: `probabilities` of the classes; `scores` of them that are no probabilities; `chosen`
            classes alone; `amounts` in the target's units; `outputs` whose meaning is not known.
        values: `(N, C)` or `(N, C, H, W)` by class; `(N,)` or `(N, H, W)` chosen; `(N,)` or
            `(N, D)` amounts.
        names: what people know each row by.
        classes: their names, in the order of the class indices; empty where there are none.
        targets: the true values, `(N, ...)`, where they are known: class indices or amounts.
        target: the name of what is predicted.
        notes: what was done to the rows that people should know of.
    """

    kind: Kind
    values: np.ndarray
    names: tuple[str, ...]
    classes: tuple[str, ...] = ()
    targets: np.ndarray | None = None
    target: str = "prediction"
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.names)

    @property
    def by_class(self) -> bool:
        """Whether `values` has a number for each class, in dimension 1."""
        return self.kind in ("probabilities", "scores") and self.values.ndim > 1

    @property
    def of_pixels(self) -> bool:
        """Whether there is a class for each pixel."""
        return self.values.ndim > (2 if self.by_class else 1) and self.kind not in (
            "amounts",
            "outputs",
        )

    @property
    def indices(self) -> np.ndarray:
        """The chosen class of each row, or each pixel, as its index.

        Raises:
            ValueError: there are no classes.
        """
        if self.by_class:
            return np.asarray(self.values.argmax(1))
        if self.kind != "chosen":
            raise ValueError(f"{self.kind} are no classes")
        return self.values.astype(np.int64)

    @property
    def chosen(self) -> list[str]:
        """The name of each row's class.

        Raises:
            ValueError: there are no classes, or one a pixel.
        """
        if self.of_pixels:
            raise ValueError("there is a class for each pixel: `indices` has them")
        return [self.name_of(index) for index in self.indices.tolist()]

    def name_of(self, index: int) -> str:
        """A class by its name, or by its number where it has none."""
        return self.classes[index] if 0 <= index < len(self.classes) else str(index)


def joined(parts: Sequence[Predictions]) -> Predictions:
    """The predictions of several batches as one."""
    first = parts[0]
    known = [part.targets for part in parts if part.targets is not None]
    return Predictions(
        first.kind,
        np.concatenate([part.values for part in parts]),
        tuple(name for part in parts for name in part.names),
        first.classes,
        np.concatenate(known) if len(known) == len(parts) else None,
        first.target,
        first.notes,
    )
