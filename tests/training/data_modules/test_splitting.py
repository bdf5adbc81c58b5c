"""Splits: disjoint, whole, of the asked size, with every class in each."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from art.errors import DataError
from art.training.data_modules.splitting import split_indices

FRACTIONS = {"test": 0.15, "val": 0.15}


@given(
    counts=st.lists(st.integers(3, 60), min_size=2, max_size=8),
    val=st.floats(0.05, 0.45),
    test=st.floats(0.05, 0.45),
    seed=st.integers(0, 2**32 - 1),
)
@example(counts=[3, 60], val=0.45, test=0.45, seed=0)  # rounding up twice would empty train
@settings(max_examples=100, deadline=None)
def test_splits_are_a_partition_with_every_class(counts, val, test, seed):
    targets = np.repeat(np.arange(len(counts)), counts)
    try:
        splits = split_indices(targets, {"test": test, "val": val}, seed, stratify=True)
    except DataError as error:
        assert "split would have" in str(error)
        return
    assert sorted(np.concatenate(list(splits.values()))) == list(range(len(targets)))
    for rows in splits.values():
        assert set(targets[rows]) == set(range(len(counts)))


def test_sizes_and_shares_of_classes_are_kept():
    targets = np.repeat([0, 1], [800, 200])
    splits = split_indices(targets, FRACTIONS, 0, stratify=True)
    assert {name: len(rows) for name, rows in splits.items()} == {
        "train": 700,
        "test": 150,
        "val": 150,
    }
    assert {name: int(targets[rows].sum()) for name, rows in splits.items()} == {
        "train": 140,
        "test": 30,
        "val": 30,
    }


def test_the_split_is_a_function_of_its_seed():
    targets = np.arange(100) % 2

    def val(seed):
        return split_indices(targets, FRACTIONS, seed, stratify=True)["val"].tolist()

    assert val(0) == val(0) != val(1)


def test_a_split_of_nothing_is_left_out():
    splits = split_indices(np.zeros(10), {"test": 0.0, "val": 0.2}, 0, stratify=False)
    assert {name: len(rows) for name, rows in splits.items()} == {"train": 8, "val": 2}


@pytest.mark.parametrize(
    ("targets", "fractions", "words"),
    [
        (np.zeros(50, int), FRACTIONS, "all 50 samples are of one class"),
        (np.repeat([0, 1], [50, 2]), FRACTIONS, "class 1 has 2 of 52 samples"),
        (np.arange(60) % 20, {"val": 0.1}, "needs at least 20, one of each class"),
        (np.arange(60) % 2, {"test": 0.5, "val": 0.5}, "leave nothing to train on"),
    ],
)
def test_what_cannot_be_split_is_refused(targets, fractions, words):
    with pytest.raises(DataError, match=words):
        split_indices(targets, fractions, 0, stratify=True)


@pytest.mark.parametrize("samples", [0, 2])
def test_numbers_that_are_too_few_are_refused(samples: int):
    with pytest.raises(DataError, match=f"{samples} samples cannot fill 3 splits"):
        split_indices(np.zeros(samples), FRACTIONS, 0, stratify=False)
