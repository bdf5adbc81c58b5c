"""An epoch can be begun at any batch, and its order and draws are those of the whole epoch."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch
from torch.utils.data import (
    BatchSampler,
    DataLoader,
    Dataset,
    IterableDataset,
    RandomSampler,
    Sampler,
    TensorDataset,
    WeightedRandomSampler,
)

from art.training.resuming.sources import source_of
from art.training.seeding import generator_states, set_generator_states

N = 20


class Drawn(Dataset):
    """Rows whose values are drawn anew each time, from all three generators."""

    def __len__(self) -> int:
        return N

    def __getitem__(self, index):
        noise = torch.rand(1) + random.random() + float(np.random.rand())
        return torch.cat([torch.tensor([float(index)]), noise])


class Counting(Sampler):
    """A user's sampler that counts its epochs by itself."""

    def __init__(self) -> None:
        self.epochs = 0

    def __iter__(self):
        self.epochs += 1
        order = list(range(N))
        random.Random(self.epochs).shuffle(order)
        return iter(order)

    def __len__(self) -> int:
        return N


class Stream(IterableDataset):
    def __iter__(self):
        return iter(torch.arange(N).float())


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(5)


MAKERS = {
    "shuffled": lambda: DataLoader(Drawn(), batch_size=4, shuffle=True),
    "own generator": lambda: DataLoader(Drawn(), 4, shuffle=True, generator=generator()),
    "rows": lambda: DataLoader(TensorDataset(torch.arange(N).float()), 3, shuffle=True),
    "weighted": lambda: DataLoader(
        Drawn(), 4, sampler=WeightedRandomSampler(torch.ones(N), N, generator=generator())
    ),
    "counting": lambda: DataLoader(Drawn(), 4, sampler=Counting()),
    "batch sampler": lambda: DataLoader(
        Drawn(), batch_sampler=BatchSampler(RandomSampler(range(N)), 3, drop_last=True)
    ),
    "no batches": lambda: DataLoader(Drawn(), batch_size=None, shuffle=True),
    "two workers": lambda: DataLoader(Drawn(), 4, shuffle=True, num_workers=2),
    "two that stay": lambda: DataLoader(
        Drawn(), 4, shuffle=True, num_workers=2, persistent_workers=True
    ),
    "several": lambda: {
        "a": DataLoader(Drawn(), 4, shuffle=True),
        "b": DataLoader(Drawn(), 7, shuffle=True),
    },
}


def values(batch):
    if isinstance(batch, dict):
        return {key: values(part) for key, part in batch.items()}
    return [values(part) for part in batch] if isinstance(batch, list) else batch.tolist()


def epoch(source, number: int, start: int = 0) -> list:
    return [values(batch) for batch in source.batches(number, start)]


@pytest.mark.parametrize("name", MAKERS)
def test_an_epoch_can_be_begun_at_any_batch(name):
    source = source_of(MAKERS[name](), seed=1)
    assert source.exact and source.length
    whole = [epoch(source, number) for number in range(3)]
    assert all(len(batches) == source.length for batches in whole)
    assert whole[0] != whole[1] != whole[2], "an order that never changes is no shuffling"
    for number, start in [(2, 0), (1, 2), (2, source.length - 1), (0, 3)]:
        torch.manual_seed(number + 77)  # what was drawn before must not matter
        fresh = source_of(MAKERS[name](), seed=1)
        assert epoch(fresh, number, start) == whole[number][start:]


def test_the_number_of_workers_changes_nothing():
    alone = source_of(MAKERS["shuffled"](), seed=1)
    helped = source_of(MAKERS["two workers"](), seed=1)
    assert epoch(alone, 1) == epoch(helped, 1)


def test_a_loader_is_left_as_it_is_and_the_generators_too():
    loader = MAKERS["rows"]()
    sampler, before = loader.batch_sampler, generator_states()
    source = source_of(loader, seed=1)
    list(source.batches(0, 0))
    assert loader.batch_sampler is sampler and len(list(loader)) == source.length
    set_generator_states(before)
    drawn = torch.rand(3)
    set_generator_states(before)
    next(iter(source.batches(1, 0)))
    assert torch.equal(torch.rand(3), drawn)


def test_every_row_comes_once_in_a_shuffled_epoch():
    source = source_of(MAKERS["rows"](), seed=1)
    rows = [row for batch in epoch(source, 4) for row in batch[0]]
    assert sorted(rows) == list(range(N))


def test_the_shorter_of_several_begins_again_in_another_order():
    source = source_of(MAKERS["several"](), seed=1)
    shorter = [batch["b"] for batch in epoch(source, 0)]
    assert len(shorter) == 5 and sorted(row[0] for b in shorter[:3] for row in b) == list(range(N))
    assert shorter[3] != shorter[0]


@pytest.mark.parametrize(
    "loader", [DataLoader(Stream(), 4), [DataLoader(Stream(), 4)], iter([1, 2])]
)
def test_what_has_no_index_can_only_be_begun(loader):
    assert not source_of(loader, seed=1).exact
