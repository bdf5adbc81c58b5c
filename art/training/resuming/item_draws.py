"""What is drawn for the items of a batch: the same, whichever process loads them and when."""

from __future__ import annotations

import os
import random
import signal
from typing import Any

import numpy as np
import torch
from torch.utils.data import Dataset, Subset, TensorDataset

from art.core.parents import die_with_parent
from art.training.seeding import seed_all

GENERATORS = (torch.Generator, random.Random, np.random.RandomState, np.random.Generator)


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
        self._generators: list[Any] | None = None

    def __getattr__(self, name: str) -> Any:
        if name in ("_dataset", "_generators"):  # while it is unpickled
            raise AttributeError(name)
        return getattr(self._dataset, name)

    def __len__(self) -> int:
        return len(self._dataset)

    def _seed(self, key: int) -> None:
        seed_all(key)
        if self._generators is None:  # each process has its own copies
            self._generators = generators_in(self._dataset)
        for generator in self._generators:
            seed_generator(generator, key)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, _Index):
            self._seed(index.key)
            index = int(index)
        elif isinstance(index, _Indices):
            self._seed(index.key)
            index = list(index)
        return self._dataset[index]

    def __getitems__(self, indices: Any) -> Any:
        if isinstance(indices, _Indices):
            self._seed(indices.key)
            indices = list(indices)
        several = getattr(self._dataset, "__getitems__", None)
        return several(indices) if several else [self._dataset[index] for index in indices]


def generators_in(owner: Any, depth: int = 3) -> list[Any]:
    """The generators that an object keeps for itself, in its attributes and those of its parts."""
    found: dict[int, Any] = {}

    def look(value: Any, left: int) -> None:
        if isinstance(value, GENERATORS):
            found[id(value)] = value
        elif left and isinstance(value, list | tuple) and len(value) <= 100:
            for item in value:
                look(item, left - 1)
        elif left and isinstance(value, dict) and len(value) <= 100:
            for item in value.values():
                look(item, left - 1)
        elif left and hasattr(value, "__dict__") and not isinstance(value, type):
            for item in list(vars(value).values()):
                look(item, left - 1)

    look(owner, depth)
    return list(found.values())


def seed_generator(generator: Any, key: int) -> None:
    """Seed a generator of any of the three kinds."""
    if isinstance(generator, torch.Generator):
        generator.manual_seed(key)
    elif isinstance(generator, random.Random | np.random.RandomState):
        generator.seed(key % 2**32)
    else:
        generator.bit_generator.state = type(generator.bit_generator)(key).state


class Worker:
    """Begins a worker process: it must not outlive the training process."""

    def __init__(self, users: Any) -> None:
        self._users = users
        self._parent = os.getpid()

    def __call__(self, number: int) -> None:
        die_with_parent(self._parent)
        # Ctrl-C reaches all processes of a terminal: the training one has a step to finish
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if self._users is not None:
            self._users(number)


def is_fixed(dataset: Any) -> bool:
    """Whether nothing is drawn for an item: it is a row of tensors."""
    while type(dataset) is Subset:
        dataset = dataset.dataset
    return type(dataset) is TensorDataset
