"""Weights as torch draws them are told from those that were trained or loaded."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from art.training.probing.fresh_draws import (
    drawn_names,
    has_drawn,
    is_as_drawn,
    is_normal,
    not_drawn,
)

LAYERS = [
    (nn.Linear(64, 32), "weight"),
    (nn.Conv2d(8, 16, 3), "weight"),
    (nn.LSTM(16, 32), "weight_ih_l0"),
    (nn.Embedding(50, 16), "weight"),
]


@pytest.mark.parametrize(("layer", "name"), LAYERS, ids=lambda each: type(each).__name__)
def test_a_fresh_layer_is_as_drawn_and_one_that_was_trained_is_not(layer, name):
    torch.manual_seed(0)
    if hasattr(layer, "reset_parameters"):
        layer.reset_parameters()
    assert is_as_drawn(layer, name)
    with torch.no_grad():
        getattr(layer, name).mul_(0.5)
    assert not is_as_drawn(layer, name)


def test_other_initializations_few_numbers_and_other_layers_are_not_told():
    layer = nn.Linear(64, 32)
    nn.init.xavier_normal_(layer.weight)
    assert not is_as_drawn(layer, "weight")
    assert not is_as_drawn(nn.Linear(4, 4), "weight")
    assert not is_as_drawn(nn.LayerNorm(512), "weight")


def test_normal_weights_are_told_by_their_moments():
    torch.manual_seed(0)
    layer = nn.Linear(128, 64)
    nn.init.normal_(layer.weight, std=0.02)
    assert is_normal(layer, "weight")
    with torch.no_grad():
        layer.weight[:4] *= 3  # a few units that have learnt more than others
    assert not is_normal(layer, "weight")


def test_of_two_hundred_fresh_layers_nearly_all_are_told():
    torch.manual_seed(0)
    told = sum(is_as_drawn(nn.Linear(32, 32), "weight") for _ in range(200))
    assert told >= 194  # the test of evenness passes over one in a hundred


def test_frozen_ones_are_named_and_copies_of_trained_ones_are_not():
    model = nn.ModuleDict({"body": nn.Linear(64, 32), "teacher": nn.Linear(64, 32)})
    model["teacher"].load_state_dict(model["body"].state_dict())
    model["teacher"].requires_grad_(False)
    assert not drawn_names(model)
    model["teacher"].reset_parameters()
    assert drawn_names(model) == ["teacher.weight"]
    assert has_drawn([model["teacher"]])


def test_parts_that_were_loaded_are_told_where_what_is_trained_begins_at_random():
    model = nn.ModuleDict({"backbone": nn.Linear(64, 64), "head": nn.Linear(64, 8)})
    nn.init.normal_(model["backbone"].weight)
    loaded = {"backbone.weight", "backbone.bias"}
    assert not_drawn(model, {"head.weight", "head.bias"}) == loaded
    assert not_drawn(model, set(loaded)) == set()  # nothing to compare with
