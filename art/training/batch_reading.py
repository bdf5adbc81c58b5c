"""Reads batches of any make into arrays, as far as they are tensors."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from art.training.batches import INPUT_KEYS, TARGET_KEYS, inputs_of
from art.training.collecting import joined

SAMPLES = 20_000
NUMBERS = 40_000_000
SECONDS = 4.0
"""A pass ends at so many samples, numbers or seconds, whichever comes first."""


@dataclass(frozen=True)
class Pass:
    """One reading of a split.

    Attributes:
        inputs: `(n, *shape)`, in the order of delivery.
        targets: `(n, ...)`, or None where the batches have none.
        sizes: samples in each batch.
        extras: what else stands in the batches with one row a sample: keys of a dict, or the
            positions of a tuple.
        whole: whether the split was read to its end.
        plain: whether it is plain which part of a batch are the targets.
    """

    inputs: np.ndarray
    targets: np.ndarray | None
    sizes: tuple[int, ...]
    extras: Mapping[str, np.ndarray]
    whole: bool
    plain: bool


def read(loader: Iterable[Any]) -> Pass | None:
    """One pass over batches; None where their inputs are no tensors."""
    inputs: list[np.ndarray] = []
    targets: list[np.ndarray | None] = []
    extras: dict[str, list[np.ndarray]] = {}
    plain, whole, count, numbers = True, True, 0, 0
    until = time.perf_counter() + SECONDS
    for batch in loader:
        if count >= SAMPLES or numbers >= NUMBERS or time.perf_counter() > until:
            whole = False
            break
        part = _inputs(batch)
        if part is None or not len(part):
            return None
        goal, rest, told = _parts(batch, len(part))
        plain = plain and told
        inputs.append(_array(part))
        targets.append(None if goal is None else _array(goal))
        for key, value in rest.items():
            extras.setdefault(key, []).append(_array(value))
        count, numbers = count + len(part), numbers + part.numel()
    if not inputs or len({part.ndim for part in inputs}) > 1:
        return None
    goals = [goal for goal in targets if goal is not None]
    return Pass(
        joined(inputs),
        joined(goals) if len(goals) == len(inputs) else None,
        tuple(len(part) for part in inputs),
        {key: joined(parts) for key, parts in extras.items() if len(parts) == len(inputs)},
        whole,
        plain,
    )


def _inputs(batch: Any) -> Tensor | None:
    """The tensor of inputs; the first where a batch's inputs are several."""
    try:
        found = inputs_of(batch)
    except Exception:  # a batch of another make is not judged
        return None
    while isinstance(found, list | tuple | Mapping) and len(found):
        found = next(iter(found.values())) if isinstance(found, Mapping) else found[0]
    return found if isinstance(found, Tensor) and found.ndim >= 1 else None


def _parts(batch: Any, length: int) -> tuple[Tensor | None, dict[str, Tensor], bool]:
    """The targets, the other tensors with one row a sample, and whether the choice is plain.

    Of a tuple of three and more the targets are the second, unless that is one row a sample of
    the inputs' own shape (a mask) and just one other has one number a sample.
    """
    if isinstance(batch, Mapping):
        named = {
            str(key): value
            for key, value in batch.items()
            if isinstance(value, Tensor) and value.ndim and len(value) == length
        }
        goal = next((key for key in TARGET_KEYS if key in named), None)
        rest = {key: value for key, value in named.items() if key not in (*INPUT_KEYS, goal)}
        return (named[goal] if goal else None), rest, True
    if not isinstance(batch, list | tuple):
        return None, {}, True
    found = {
        str(place): value
        for place, value in enumerate(batch)
        if place and isinstance(value, Tensor) and value.ndim and len(value) == length
    }
    if len(batch) <= 2:
        return found.get("1"), {}, True
    flat = [place for place, value in found.items() if value.numel() == length]
    place = "1" if "1" in flat or len(flat) != 1 else flat[0]
    rest = {key: value for key, value in found.items() if key != place}
    return found.get(place), rest, len(flat) == 1


def _array(tensor: Tensor) -> np.ndarray:
    tensor = tensor.detach().cpu()
    if tensor.is_sparse:
        tensor = tensor.to_dense()
    if tensor.dtype in (torch.bfloat16, torch.float16):
        tensor = tensor.float()
    return np.asarray(tensor.numpy())


def read_items(dataset: Any, collate: Any, indices: Sequence[int]) -> Pass | None:
    """Items of a map-style data set, by index."""
    tensors = getattr(dataset, "tensors", None)
    if type(dataset) is torch.utils.data.TensorDataset and isinstance(tensors, tuple):
        chosen = torch.as_tensor(list(indices))
        return read([tuple(tensor[chosen] for tensor in tensors)])
    batches = (
        collate([dataset[int(index)] for index in indices[start : start + 64]])
        for start in range(0, len(indices), 64)
    )
    return read(batches)
