"""Reads a split into arrays, for statistics and for scikit-learn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from art.errors import DataError
from art.training.data_modules.batches import Parts, parts_of, rows_of, tensors_of

NUMBERS = 40_000_000
"""A reading for statistics ends at so many numbers: 160 MB of floats."""
IGNORED = -100
"""The class index that torch's cross-entropy passes over."""


@dataclass(frozen=True)
class Collected:
    """What was read of a split.

    Attributes:
        inputs: `(n, *shape)`; None where they cannot be read.
        targets: `(n, ...)`; None where there are none, or none that can be told.
        unread: why the inputs cannot be read; empty where they can.
    """

    inputs: np.ndarray | None
    targets: np.ndarray | None
    unread: str = ""


class Gatherer:
    """Gathers the arrays of batches; inputs of several parts are put side by side at the end.

    Attributes:
        sizes: samples in each batch.
        numbers: how many numbers the inputs and targets hold.
        unread: why the last batch could not be read; empty where it could.
        alike: how many inputs of one make a batch holds.
    """

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.numbers = 0
        self.unread = ""
        self.alike = 1
        self._inputs: list[list[np.ndarray]] = []
        self._targets: list[np.ndarray | None] = []

    def add(self, parts: Parts) -> bool:
        """Take in one batch; false where it cannot be read, and then nothing more can."""
        rows, tensors = rows_of(parts), tensors_of(parts.before or parts.inputs)
        self.unread = why_unread(parts)
        if self.unread or rows is None:
            return False
        arrays = [array_of(tensor) for tensor in tensors]
        if self._inputs and [a.ndim for a in arrays] != [a.ndim for a in self._inputs[0]]:
            self.unread = "the inputs' dimensions differ from batch to batch"
            return False
        self._inputs.append(arrays)
        self.alike = len(arrays) if _are_alike(arrays) else 1
        goal = parts.targets
        self._targets.append(array_of(goal) if isinstance(goal, Tensor) and goal.ndim else None)
        self.sizes.append(rows)
        self.numbers += sum(array.size for array in arrays)
        self.numbers += goal.numel() if isinstance(goal, Tensor) else 0
        return True

    def inputs(self) -> np.ndarray:
        """`(n, *shape)` of all batches."""
        return side_by_side([joined(part) for part in zip(*self._inputs, strict=True)])

    def targets(self, filling: int | None = None) -> np.ndarray | None:
        """`(n, ...)` of all batches; None where one has none, or their dimensions differ."""
        found = [goal for goal in self._targets if goal is not None]
        if len(found) < len(self._targets) or len({goal.ndim for goal in found}) != 1:
            return None
        return joined(found, filling)


def collect(loader: Iterable[Any], limit: int | None = None) -> Collected:
    """Inputs `(n, *shape)` and targets `(n, ...)` of a split, at most `limit` samples.

    Raises:
        DataError: the loader gives nothing.
    """
    inputs, targets = getattr(loader, "inputs", None), getattr(loader, "targets", None)
    if isinstance(inputs, Tensor) and isinstance(targets, Tensor) and len(inputs):
        return Collected(inputs[:limit].numpy(), targets[:limit].numpy())
    gathered = Gatherer()
    for batch in loader:
        if not gathered.add(parts_of(batch)):
            return Collected(None, None, gathered.unread)
        full = limit is not None and sum(gathered.sizes) >= limit
        if full or gathered.numbers >= NUMBERS:
            break
    if not sum(gathered.sizes):
        raise DataError("a split is empty. Look at the path of the data and at how it is split.")
    goals = gathered.targets(IGNORED)
    return Collected(gathered.inputs()[:limit], None if goals is None else goals[:limit])


def why_unread(parts: Parts) -> str:
    """Why a batch cannot be read as arrays with one row a sample; empty where it can."""
    rows, goal = rows_of(parts), parts.targets
    if parts.unread:
        return parts.unread
    if rows is None:
        return f"the inputs are {make_of(parts.inputs)}"
    if isinstance(goal, Tensor) and goal.ndim and len(goal) != rows:
        return f"the inputs have {rows} rows and the targets {len(goal)}"
    return ""


def make_of(inputs: Any) -> str:
    """The type of a part of a batch, for people: `list of Tensor`."""
    name = type(inputs).__name__
    if isinstance(inputs, list | tuple) and inputs:
        return f"{name} of {type(inputs[0]).__name__}"
    return name


def array_of(tensor: Tensor) -> np.ndarray:
    """A tensor's values, of any device and layout."""
    tensor = tensor.detach().cpu()
    if tensor.is_sparse:
        tensor = tensor.to_dense()
    if tensor.dtype in (torch.bfloat16, torch.float16):
        tensor = tensor.float()
    return np.asarray(tensor.numpy())


def side_by_side(parts: Sequence[np.ndarray]) -> np.ndarray:
    """Several inputs `(n, ...)` of the same samples as one: parts of one make keep it and follow
    each other along their first dimension; others become columns of a table."""
    if len(parts) == 1:
        return parts[0]
    if len({(part.shape[2:], part.dtype, part.ndim) for part in parts}) == 1 and parts[0].ndim > 1:
        return np.concatenate(parts, axis=1)
    return np.concatenate([part.reshape(len(part), -1) for part in parts], axis=1)


def _are_alike(parts: Sequence[np.ndarray]) -> bool:
    return len({(part.shape[1:], part.dtype) for part in parts}) == 1


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
