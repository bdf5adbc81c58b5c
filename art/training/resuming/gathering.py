"""Batches of a data set of tensors, each gathered at once.

A `DataLoader` asks such a data set for one row after the other, and stacks what it gets: for a
batch of 64 small rows that takes longer than a step of a small network. The tensors are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Subset, default_collate


class Rows:
    """The rows of a data set of tensors.

    Args:
        tensors: `(N, ...)` each.
        places: `(n,)` of the data set's rows among theirs; None for all in order.
    """

    def __init__(self, tensors: Sequence[Tensor], places: Tensor | None) -> None:
        self.tensors = tensors
        self.places = places

    def batch(self, indices: Sequence[int]) -> list[Tensor]:
        """As `default_collate` makes it of these rows."""
        chosen = torch.as_tensor(indices)
        if self.places is not None:
            chosen = self.places[chosen]
        return [tensor[chosen].contiguous() for tensor in self.tensors]


def rows_of(loader: DataLoader[Any]) -> Rows | None:
    """The rows that a loader batches as they are; None where it does anything else with them.

    Args:
        loader: over a `TensorDataset`, or subsets of one.
    """
    plain = (
        loader.collate_fn is default_collate
        and loader.num_workers == 0
        and loader.batch_sampler is not None
        and not loader.pin_memory
    )
    dataset: Any = loader.dataset
    places: Tensor | None = None
    while type(dataset) is Subset:
        own = torch.as_tensor([int(index) for index in dataset.indices], dtype=torch.long)
        places = own if places is None else own[places]
        dataset = dataset.dataset
    tensors = dataset.tensors
    alone = all(t.device.type == "cpu" and not t.requires_grad for t in tensors)
    strided = all(t.layout == torch.strided and type(t) is Tensor for t in tensors)
    return Rows(tensors, places) if plain and alone and strided else None


def gathered(rows: Rows, order: Sequence[Any]) -> Iterator[list[Tensor]]:
    """The batches of these indices, in order."""
    return (rows.batch(list(indices)) for indices in order)
