"""Loaders: every sample once, an order that is a function of seed and epoch, and nothing else."""

from __future__ import annotations

import pytest
import torch
from torch.utils.data import DataLoader, TensorDataset

from art.errors import DataError
from art.training.data_modules.batches import batch_size_of, inputs_of, targets_of
from art.training.data_modules.description import Together
from art.training.data_modules.loaders import RepeatedBatches, TensorLoader, permutation


def loader(samples: int = 10, batch_size: int = 4, **settings) -> TensorLoader:
    inputs = torch.arange(samples).float().reshape(-1, 1)
    arguments = {"shuffle": True, "seed": 0, **settings}
    return TensorLoader(inputs, torch.arange(samples) * 10, batch_size, **arguments)


def order(batches) -> list[int]:
    return [int(value) for inputs, _ in batches for value in inputs]


def test_an_epoch_gives_every_sample_once_with_its_target():
    batches = list(loader())
    assert sorted(order(batches)) == list(range(10))
    assert [len(inputs) for inputs, _ in batches] == [4, 4, 2] and len(loader()) == 3
    assert all((inputs[:, 0] * 10 == targets).all() for inputs, targets in batches)


def test_rows_of_ids_are_cut_to_the_longest_of_the_batch():
    ids = torch.tensor([[3, 0, 4, 0, 0], [5, 0, 0, 0, 0], [0, 0, 0, 0, 0], [1, 2, 3, 4, 5]])
    arguments = {"batch_size": 1, "shuffle": False, "seed": 0}
    batches = [x.tolist() for x, _ in TensorLoader(ids, torch.arange(4), **arguments, filling=0)]
    assert batches == [[[3, 0, 4]], [[5]], [[0]], [[1, 2, 3, 4, 5]]]
    whole = [x.tolist() for x, _ in TensorLoader(ids, torch.arange(4), **arguments)]
    assert whole == ids[:, None].tolist()


def test_the_order_is_a_function_of_seed_and_epoch():
    first = [order(one) for one in [loader(100)] for _ in range(3)]
    again = [order(one) for one in [loader(100)] for _ in range(3)]
    assert first == again
    assert len({tuple(epoch) for epoch in first}) == 3
    assert order(loader(100, seed=1)) != first[0]
    jumped = loader(100)
    jumped.set_epoch(2)
    assert order(jumped) == first[2] == permutation(100, seed=0, epoch=2).tolist()


def test_the_order_does_not_touch_torchs_generator():
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    list(loader())
    assert torch.rand(1) == expected


def test_an_epoch_set_after_iter_and_before_next_counts():
    one = loader(100)
    batches = iter(one)  # Lightning makes the iterator before its epoch hooks run
    one.set_epoch(7)
    assert order(batches) == permutation(100, seed=0, epoch=7).tolist()


def test_skipping_gives_the_rest_of_that_epoch_alone():
    whole = order(loader(100))
    one = loader(100)
    one.skip_to(3)
    assert order(one) == whole[12:]
    assert len(order(one)) == 100


def test_unshuffled_batches_are_in_order_and_no_views():
    one = loader(shuffle=False)
    for inputs, _ in one:
        inputs += 100
    assert order(one) == list(range(10))


def test_a_last_batch_can_be_dropped():
    one = loader(drop_last=True)
    assert len(one) == len(list(one)) == 2
    assert len(one.dataset) == 10


@pytest.mark.parametrize(
    ("targets", "batch_size", "words"), [(9, 4, "10 inputs but 9 targets"), (10, 0, "batch_size")]
)
def test_what_cannot_be_batched_is_refused(targets: int, batch_size: int, words: str):
    with pytest.raises(DataError, match=words):
        TensorLoader(torch.zeros(10), torch.zeros(targets), batch_size, shuffle=False, seed=0)


def test_a_repeated_batch_is_the_same_object():
    batch = (torch.zeros(2), torch.zeros(2))
    repeated = RepeatedBatches([batch], 3)
    assert len(repeated) == 3 and all(one is batch for one in repeated)


@pytest.mark.parametrize(
    ("batch", "inputs", "targets"),
    [
        (("x", "y"), "x", "y"),
        (["x", "y", "weights"], "x", "y"),
        (("x",), "x", None),
        ("x", "x", None),
        ({"input": "x", "target": "y"}, "x", "y"),
        ({"idx": 0, "x": "x", "y": "y"}, "x", "y"),
        ({"image": "x", "mask": "y"}, "x", "y"),
        ({"input_ids": "x", "attention_mask": "m", "labels": "y"}, "x", "y"),
        ({"text": "x", "label": "y"}, "x", "y"),
        ({"images": "x"}, "x", None),
    ],
)
def test_where_inputs_and_targets_are(batch, inputs, targets):
    assert (inputs_of(batch), targets_of(batch)) == (inputs, targets)


def test_a_dict_in_which_nothing_can_be_told_is_left_to_its_module():
    batch = {"pixels": 1, "class": 2}
    assert (inputs_of(batch), targets_of(batch)) == (batch, None)


def test_the_size_of_a_batch():
    assert batch_size_of((torch.zeros(3, 2), torch.zeros(3))) == 3
    assert batch_size_of((1, 2)) == 1
    with pytest.raises(DataError, match="empty"):
        batch_size_of(())


def test_several_loaders_at_once_may_be_asked_for_their_length_on_the_way():
    numbers = [DataLoader(TensorDataset(torch.arange(size)), 2) for size in (6, 4)]
    together = Together({"long": numbers[0], "short": numbers[1]})
    seen = []
    for batch in together:
        assert len(together) == 3
        seen.append((batch["long"][0].tolist(), batch["short"][0].tolist()))
    assert seen == [([0, 1], [0, 1]), ([2, 3], [2, 3]), ([4, 5], [0, 1])]
