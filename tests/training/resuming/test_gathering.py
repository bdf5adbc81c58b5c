"""Batches that are gathered at once are those that a DataLoader stacks row by row."""

from __future__ import annotations

import pytest
import torch
from torch.utils.data import DataLoader, Subset, TensorDataset

from art.training.resuming.gathering import Rows, gathered, rows_of

INPUTS = torch.randn(37, 3, 4, 5)
TENSORS = (
    INPUTS,
    INPUTS.contiguous(memory_format=torch.channels_last),
    torch.arange(37),
    torch.randn(5, 37).t(),
)


@pytest.mark.parametrize(
    "dataset",
    [
        TensorDataset(*TENSORS),
        Subset(TensorDataset(*TENSORS), [5, 1, 36, 7, 7, 0]),
        Subset(Subset(TensorDataset(*TENSORS), range(20, 37)), [3, 2, 16]),
    ],
)
def test_they_are_the_same_to_the_bit_and_the_stride(dataset):
    loader = DataLoader(dataset, batch_size=4)
    rows = rows_of(loader)
    assert isinstance(rows, Rows)
    found = list(gathered(rows, list(loader.batch_sampler)))
    for batch, wanted in zip(found, loader, strict=True):
        assert type(batch) is type(wanted)
        for one, other in zip(batch, wanted, strict=True):
            assert torch.equal(one, other)
            assert one.stride() == other.stride()


@pytest.mark.parametrize(
    "settings",
    [{"collate_fn": list}, {"num_workers": 1}, {"batch_size": None}],
)
def test_a_loader_that_does_more_is_left_alone(settings):
    assert rows_of(DataLoader(TensorDataset(torch.zeros(4)), **settings)) is None


def test_a_change_of_the_tensors_is_read():
    dataset = TensorDataset(torch.zeros(4))
    rows = rows_of(DataLoader(dataset, batch_size=2))
    dataset.tensors[0].fill_(1.0)
    assert rows.batch([0, 1])[0].tolist() == [1.0, 1.0]
