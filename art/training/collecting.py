"""Reads a split into arrays, for statistics and for scikit-learn."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from torch import Tensor

from art.errors import DataError
from art.training.batches import inputs_of, targets_of


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
    return np.concatenate(taken_inputs)[:limit], np.concatenate(taken_targets)[:limit]
