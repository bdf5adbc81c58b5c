"""The loader of a resumable run calls between the batches, and ends half-done chunks first."""

from __future__ import annotations

import pytest
import torch
from torch.utils.data import DataLoader, IterableDataset, TensorDataset

from art.training.data_modules.loaders import RepeatedBatches, TensorLoader, permutation
from art.training.resuming.loader import PausingLoader
from art.training.resuming.sources import source_of

N = 90


def tensor_loader() -> TensorLoader:
    return TensorLoader(torch.arange(N), torch.arange(N), 4, shuffle=True, seed=0)


def order(chunks) -> list[int]:
    return [int(row) for chunk in chunks for inputs, _ in chunk for row in inputs]


def test_chunks_hold_all_batches_of_the_epoch_in_order():
    loader = PausingLoader(source_of(tensor_loader(), 0), 8)
    loader.set_epoch(3)
    chunks = list(loader)
    assert [len(chunk) for chunk in chunks] == [8, 8, 7] and len(loader) == 3
    assert order(chunks) == permutation(N, seed=0, epoch=3).tolist()


@pytest.mark.parametrize(("done", "sizes"), [(0, [8, 8, 7]), (8, [8, 7]), (11, [5, 7]), (22, [1])])
def test_a_half_done_chunk_is_ended_first(done, sizes):
    loader = PausingLoader(source_of(tensor_loader(), 0), 8)
    loader.begin_at(2, done)
    chunks = list(loader)
    assert [len(chunk) for chunk in chunks] == sizes
    assert order(chunks) == permutation(N, seed=0, epoch=2).tolist()[done * 4 :]
    loader.set_epoch(3)
    assert len(list(loader)) == 3, "only that epoch is begun in its middle"


def test_between_is_called_before_each_batch_and_not_at_an_end():
    calls: list[tuple[int, int]] = []
    loader = PausingLoader(source_of(DataLoader(TensorDataset(torch.arange(6)), 2), 0))
    loader.between = lambda epoch, done: calls.append((epoch, done))
    loader.set_epoch(1)
    batches = iter(loader)
    assert calls == [], "Lightning makes iterators before its hooks have run"
    assert len(list(batches)) == 3
    assert calls == [(1, 0), (1, 1), (1, 2)]


def test_a_loader_without_a_length_has_none():
    class Stream(IterableDataset):
        def __iter__(self):
            return iter(range(5))

    loader = PausingLoader(source_of(DataLoader(Stream(), batch_size=None), 0))
    with pytest.raises(TypeError):
        len(loader)
    assert [int(x) for x in loader] == [0, 1, 2, 3, 4]


def test_repeated_batches_can_be_begun_anywhere():
    loader = PausingLoader(source_of(RepeatedBatches(["a", "b"], 5), 0), 2)
    loader.begin_at(0, 3)
    assert list(loader) == [["b"], ["a"]]


def test_what_the_users_loader_has_is_still_found():
    dataset = TensorDataset(torch.arange(6))
    loader = PausingLoader(source_of(DataLoader(dataset, 2), 0))
    assert loader.dataset is dataset and loader.batch_size == 2
    assert not hasattr(loader, "nothing")
