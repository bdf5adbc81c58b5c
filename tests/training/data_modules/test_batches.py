"""Batches of any make: what are the inputs, what the targets, what stands besides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pytest
import torch
from torch import Tensor

from art.errors import DataError
from art.training.data_modules.batch_reading import read
from art.training.data_modules.batches import batch_size_of, inputs_of, parts_of, targets_of
from art.training.data_modules.collecting import collect
from art.training.scoring.calling import call

N, LONG = 6, 5
ROWS = torch.arange(N * LONG).reshape(N, LONG) / 10
NUMBERS = torch.arange(N) / 7
CLASSES = torch.tensor([0, 1, 2, 0, 1, 2])
LENGTHS = torch.tensor([5, 3, 2, 4, 1, 5])
MASK = torch.arange(LONG) < LENGTHS.unsqueeze(1)
PADDED = (1 + torch.arange(LONG).repeat(N, 1)) * MASK
IMAGES = [torch.rand(1, 4, size) for size in (3, 4, 5)]
BOXES = [{"boxes": torch.rand(1, 4)}] * 3


class Pair(NamedTuple):
    label: Tensor
    features: Tensor


@dataclass
class Signal:
    signal: Tensor
    price: Tensor


class Bag:
    """Points of several sets in one."""

    def __init__(self):
        self.points, self.owner, self.kind = torch.rand(20, 2), torch.arange(20), CLASSES


@pytest.mark.parametrize(
    ("batch", "inputs", "targets"),
    [
        (ROWS, ROWS, None),
        ([ROWS], ROWS, None),
        ((ROWS, CLASSES), ROWS, CLASSES),
        ((PADDED, LENGTHS, CLASSES), PADDED, CLASSES),
        ((PADDED, MASK, CLASSES), PADDED, CLASSES),
        ((PADDED, LENGTHS), PADDED, None),
        ((ROWS, CLASSES, NUMBERS), ROWS, CLASSES),
        ((ROWS, PADDED, CLASSES), ROWS, CLASSES),
        ((ROWS, ROWS + 1, ROWS + 2), ROWS, None),
        ({"signal": ROWS, "price": NUMBERS}, ROWS, NUMBERS),
        ({"tokens": PADDED, "label": CLASSES}, PADDED, CLASSES),
        ({"x": ROWS, "y1": NUMBERS, "y2": CLASSES}, ROWS, None),
        ({"pixels": ROWS, "index": CLASSES}, ROWS, None),
        ({"ids": PADDED, "mask": MASK, "label": CLASSES}, {"ids": PADDED, "mask": MASK}, CLASSES),
        ({"input_ids": PADDED, "mask": MASK}, PADDED, None),
        ({"seen": [ROWS, CLASSES], "unseen": torch.rand(9, LONG)}, ROWS, CLASSES),
        ({"words": ["a", "b"], "label": torch.zeros(2)}, ["a", "b"], torch.zeros(2)),
        (Pair(CLASSES, ROWS), ROWS, CLASSES),
        (Signal(ROWS, NUMBERS), ROWS, NUMBERS),
    ],
)
def test_inputs_and_targets_are_told_by_names_then_by_places_and_shapes(batch, inputs, targets):
    same(inputs_of(batch), inputs)
    same(targets_of(batch), targets)


def same(found, wanted):
    if isinstance(wanted, dict):
        assert found.keys() == wanted.keys()
        for key, value in wanted.items():
            same(found[key], value)
    elif isinstance(wanted, Tensor):
        assert torch.equal(found, wanted)
    else:
        assert found == wanted


def test_a_thing_whose_tensors_have_other_rows_is_left_as_it_is():
    batch = Bag()
    assert inputs_of(batch) is batch and targets_of(batch) is None
    assert read([batch]) is None
    assert collect([batch]).unread == "the inputs are Bag"


def test_lists_of_samples_are_not_read_as_rows():
    parts = parts_of((IMAGES, BOXES))
    assert parts.inputs is IMAGES and parts.targets is BOXES
    assert collect([(IMAGES, BOXES)]).unread == "the inputs are list of Tensor"
    assert batch_size_of((IMAGES, BOXES)) == 3


def test_a_class_index_is_no_length():
    table = torch.rand(N, LONG)
    same(targets_of((table, 1 + CLASSES, NUMBERS)), 1 + CLASSES)


def test_inputs_of_one_make_keep_it_and_others_become_columns():
    image = torch.rand(N, 1, 4, 4)
    assert collect([((image, image), CLASSES)]).inputs.shape == (N, 2, 4, 4)
    found = collect([((ROWS, PADDED.float()[:, :2]), CLASSES), ((ROWS, ROWS[:, :2]), CLASSES)])
    assert found.inputs.shape == (2 * N, LONG + 2) and found.targets.shape == (2 * N,)
    tokens = collect([({"ids": PADDED, "mask": MASK}, CLASSES)]).inputs
    assert tokens.shape == (N, LONG) and tokens.dtype == np.int64  # the mask tells nothing new


def test_targets_with_other_rows_than_the_inputs_are_not_read():
    assert collect([(ROWS, NUMBERS[:4])]).unread == "the inputs have 6 rows and the targets 4"


def test_forward_is_given_several_inputs_as_it_takes_them():
    class Two(torch.nn.Module):
        def forward(self, numbers, codes):
            return numbers.sum() + codes.sum()

    wanted = ROWS.sum() + PADDED.sum()
    for batch in [
        ((ROWS, PADDED), CLASSES),
        (ROWS, PADDED, CLASSES),
        ({"codes": PADDED, "numbers": ROWS}, CLASSES),
    ]:
        assert call(Two(), batch) == wanted


def test_empty_batches_are_refused():
    for empty in ((), {}):
        with pytest.raises(DataError, match="empty"):
            batch_size_of(empty)
