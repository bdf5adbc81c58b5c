"""What is drawn for the items of a batch: the same, whichever process loads them and when."""

from __future__ import annotations

import os
from typing import Any

from torch.utils.data import Dataset, Subset, TensorDataset

from art.core.parents import die_with_parent
from art.training.seeding import seed_all


class _Indices(list[Any]):
    """The indices of a batch, with the seed of what is drawn for it."""

    key = 0


class _Index(int):
    """One index, where a loader makes no batches, with its seed."""

    key = 0


def numbered(indices: Any, key: int) -> Any:
    """The indices of a batch, or one index, with the seed of what is drawn for them."""
    if isinstance(indices, list | tuple):
        made: Any = _Indices(indices)
    elif isinstance(indices, int):
        made = _Index(indices)
    else:
        return indices
    made.key = key
    return made


class Seeded(Dataset[Any]):
    """A data set whose draws in a worker are those of the batch, whichever worker loads it."""

    def __init__(self, dataset: Any) -> None:
        self._dataset = dataset

    def __getattr__(self, name: str) -> Any:
        if name == "_dataset":  # while it is unpickled
            raise AttributeError(name)
        return getattr(self._dataset, name)

    def __len__(self) -> int:
        return len(self._dataset)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, _Index):
            seed_all(index.key)
            index = int(index)
        elif isinstance(index, _Indices):
            seed_all(index.key)
            index = list(index)
        return self._dataset[index]

    def __getitems__(self, indices: Any) -> Any:
        if isinstance(indices, _Indices):
            seed_all(indices.key)
            indices = list(indices)
        several = getattr(self._dataset, "__getitems__", None)
        return several(indices) if several else [self._dataset[index] for index in indices]


class Worker:
    """Begins a worker process: it must not outlive the training process."""

    def __init__(self, users: Any) -> None:
        self._users = users
        self._parent = os.getpid()

    def __call__(self, number: int) -> None:
        die_with_parent(self._parent)
        if self._users is not None:
            self._users(number)


def is_fixed(dataset: Any) -> bool:
    """Whether nothing is drawn for an item: it is a row of tensors."""
    while type(dataset) is Subset:
        dataset = dataset.dataset
    return type(dataset) is TensorDataset
