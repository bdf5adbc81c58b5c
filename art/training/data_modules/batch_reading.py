"""Reads batches of any make into arrays, as far as they are tensors."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from art.training.data_modules.batches import Parts, parts_of
from art.training.data_modules.collecting import Gatherer, array_of, joined

SAMPLES = 20_000
NUMBERS = 20_000_000
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
        several: how many inputs of one make stand side by side in `inputs`; 1 where they are of
            several makes, too.
        partial: whether the batches hold other inputs that are not among these.
    """

    inputs: np.ndarray
    targets: np.ndarray | None
    sizes: tuple[int, ...]
    extras: Mapping[str, np.ndarray]
    whole: bool
    plain: bool
    several: int = 1
    partial: bool = False


def read(loader: Iterable[Any]) -> Pass | None:
    """One pass over batches; None where their inputs are no tensors with one row a sample."""
    gathered = Gatherer()
    extras: dict[str, list[np.ndarray]] = {}
    plain, whole, partial = True, True, False
    until = time.perf_counter() + SECONDS
    for batch in loader:
        full = sum(gathered.sizes) >= SAMPLES or gathered.numbers >= NUMBERS
        if full or time.perf_counter() > until:
            whole = False
            break
        parts = parts_of(batch)
        if not gathered.add(parts) or not gathered.sizes[-1]:
            return None
        plain = plain and parts.plain
        partial = partial or _is_partial(parts)
        for key, value in parts.others.items():
            extras.setdefault(key, []).append(array_of(value))
    if not gathered.sizes:
        return None
    return Pass(
        gathered.inputs(),
        gathered.targets(),
        tuple(gathered.sizes),
        {
            key: joined(values)
            for key, values in extras.items()
            if len(values) == len(gathered.sizes)
        },
        whole,
        plain,
        gathered.alike,
        partial,
    )


def _is_partial(parts: Parts) -> bool:
    """Whether inputs stand beside those that are read."""
    known = {str(place) for place in range(len(parts.before))}
    return any(_is_input(value) for key, value in parts.others.items() if key not in known)


def _is_input(value: Tensor) -> bool:
    """Whether what stands beside the inputs is more of them: more than a number a sample, and no
    mask of 0 and 1."""
    if value.numel() == len(value):
        return False
    return not bool(((value == 0) | (value == 1)).all())


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
