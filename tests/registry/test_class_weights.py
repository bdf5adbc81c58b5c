"""Weights of classes: what a sample counts in the loss, and what is refused."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn.functional import cross_entropy

import art
from art.core.data_info import DataInfo

TABLE = DataInfo(
    (4,), 3, "classification", ("rare", "usual", "absent"), {"train": 100}, (20, 80, 0)
)


def task(**settings):
    made = art.tasks.get("art.TabularClassification.v1")(**settings)
    made.prepare(TABLE)
    return made


def batch(seed=0):
    draws = torch.Generator().manual_seed(seed)
    return torch.randn(50, 3, generator=draws), torch.randint(0, 2, (50,), generator=draws)


def test_balanced_classes_weigh_alike_however_many_samples_they_have():
    outputs, targets = batch()
    plain = cross_entropy(outputs, targets, reduction="none")
    wanted = sum(plain[targets == k].sum() * {0: 2.5, 1: 0.625}[k] for k in (0, 1)) / 50
    assert task(class_weights="balanced").loss(outputs, targets) == pytest.approx(float(wanted))


def test_given_weights_are_those_of_torch_over_the_whole_training_split():
    targets = torch.tensor([0] * 20 + [1] * 80)
    outputs = torch.randn(100, 3, generator=torch.Generator().manual_seed(0))
    wanted = cross_entropy(outputs, targets, weight=torch.tensor([3.0, 1.0, 1.0]))
    found = task(class_weights=[3, 1, 1])
    assert found.loss(outputs, targets) == pytest.approx(float(wanted))
    halves = [found.loss(outputs[at::2], targets[at::2]) for at in (0, 1)]
    assert sum(halves) / 2 == pytest.approx(float(wanted))  # so accumulation changes nothing


def test_an_untrained_model_still_has_the_loss_of_equal_chances():
    targets = torch.tensor([0] * 20 + [1] * 80)
    for weights in ("balanced", [5, 1, 1]):
        found = task(class_weights=weights)
        assert found.loss(torch.zeros(100, 3), targets) == pytest.approx(math.log(3), rel=1e-5)
        assert found.expected_loss(TABLE) == pytest.approx(math.log(3))


def test_the_weights_of_pixels_are_those_of_their_classes():
    found = art.tasks.get("art.Segmentation.v1")(class_weights="balanced")
    found.prepare(TABLE)
    outputs = torch.randn(2, 3, 5, 5, generator=torch.Generator().manual_seed(0))
    masks = torch.zeros(2, 5, 5, dtype=torch.long)
    plain = cross_entropy(outputs, masks)
    assert found.loss(outputs, masks) == pytest.approx(2.5 * float(plain))


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ([1, 2], r"2 numbers, but the data has 3 classes: rare, usual, absent"),
        ([0, 0, 1], "every class with a training sample weighs 0"),
    ],
)
def test_what_fits_no_classes_is_refused(weights, said):
    with pytest.raises(art.UserError, match=said):
        task(class_weights=weights)
