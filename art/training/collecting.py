"""Reads a split into arrays, for statistics and for scikit-learn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from torch import Tensor

from art.errors import DataError
from art.training.batches import inputs_of, targets_of

IGNORED = -100
"""The class index that torch's cross-entropy passes over."""


def collect(loader: Iterable[Any], limit: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Inputs `(n, *shape)` and targets `(n, ...)` of a split, at most `limit` samples.

    Raises:
        DataError: the loader gives nothing, or batches without tensors.
    """
    inputs, targets = getattr(loader, "inputs", None), getattr(loader, "targets", None)
    if isinstance(inputs, Tensor) and isinstance(targets, Tensor) and len(inputs):
        return inputs[:limit].numpy(), targets[:limit].numpy()
    taken_inputs: list[np.ndarray] = []
    taken_targets: list[np.ndarray] = []
    count = 0
    for batch in loader:
        part, goal = inputs_of(batch), targets_of(batch)
        if not isinstance(part, Tensor) or not isinstance(goal, Tensor):
            raise DataError(
                f"a batch holds {type(part).__name__} inputs and {type(goal).__name__} targets; "
                f"both must be tensors with one row a sample."
            )
        taken_inputs.append(part.detach().cpu().numpy())
        taken_targets.append(goal.detach().cpu().numpy())
        count += len(part)
        if limit is not None and count >= limit:
            break
    if not count:
        raise DataError("a split is empty. Look at the path of the data and at how it is split.")
    return joined(taken_inputs)[:limit], joined(taken_targets, IGNORED)[:limit]


def joined(parts: Sequence[np.ndarray], filling: int | None = None) -> np.ndarray:
    """Batches `(n, *shape)` one after the other; those that are narrower than the widest, as
    sequences padded batch by batch are, are filled up at their ends.

    Args:
        parts: the batches.
        filling: what fills them up; what they are padded with already where None.
    """
    shapes = {part.shape[1:] for part in parts}
    if len(shapes) == 1 or len({len(shape) for shape in shapes}) > 1:
        return np.concatenate(parts)
    widest = tuple(max(sizes) for sizes in zip(*shapes, strict=True))
    value = filling_of(parts) if filling is None else filling
    return np.concatenate([widened(part, widest, value) for part in parts])


def filling_of(parts: Sequence[np.ndarray]) -> float:
    """What sequences `(n, length, ...)` are padded with: the most frequent value at their ends."""
    ends = np.concatenate([part[:, -1].reshape(-1)[:4096] for part in parts])
    values, counts = np.unique(ends, return_counts=True)
    return float(values[counts.argmax()])


def widened(part: np.ndarray, shape: Sequence[int], filling: float) -> np.ndarray:
    """Rows `(n, ...)` filled up to a larger shape."""
    missing = [(0, size - own) for size, own in zip(shape, part.shape[1:], strict=True)]
    return np.pad(part, [(0, 0), *missing], constant_values=part.dtype.type(filling))
