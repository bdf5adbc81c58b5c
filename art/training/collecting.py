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


def joined(parts: Sequence[np.ndarray], filling: int = 0) -> np.ndarray:
    """Batches `(n, *shape)` one after the other; those that are narrower than the widest, as
    sequences padded batch by batch are, are filled up at their ends."""
    shapes = {part.shape[1:] for part in parts}
    if len(shapes) == 1 or len({len(shape) for shape in shapes}) > 1:
        return np.concatenate(parts)
    widest = tuple(max(sizes) for sizes in zip(*shapes, strict=True))
    filled = []
    for part in parts:
        missing = [(0, size - own) for size, own in zip(widest, part.shape[1:], strict=True)]
        filled.append(np.pad(part, [(0, 0), *missing], constant_values=filling))
    return np.concatenate(filled)
