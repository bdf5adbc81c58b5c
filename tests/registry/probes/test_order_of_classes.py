"""Whole numbers are classes where any other numbering would do, and amounts where it would not."""

from __future__ import annotations

import torch
from sklearn.datasets import load_digits

from art.registry.probes._order_of_classes import are_classes


def test_digits_are_classes():
    x, y = load_digits(return_X_y=True)
    assert are_classes([torch.tensor(x[:400]), torch.tensor(x[400:500])], torch.tensor(y[:500]))


def test_stars_are_amounts():
    rows = torch.rand(500, 4, generator=torch.Generator().manual_seed(0))
    stars = (rows.sum(1) * 2 + 1).round().long().clamp(1, 9)
    assert not are_classes([rows], stars)


def test_of_pairs_of_ids_nothing_is_said():
    draws = torch.Generator().manual_seed(0)
    ids = torch.stack([torch.randperm(500, generator=draws) for _ in range(2)], 1)
    stars = torch.randint(1, 6, (500,), generator=draws)
    assert not are_classes([ids], stars)
