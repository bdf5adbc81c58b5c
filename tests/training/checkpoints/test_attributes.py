"""What a module keeps beside its weights comes back with them."""

from __future__ import annotations

import torch
from torch import nn

from art.training.checkpoints.attributes import attributes_of, set_attributes


class Sphere(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Linear(2, 2)
        self.centre = None
        self.radius = 0.0
        self.name = "sphere"
        self.net.scale = 1


def test_a_centre_that_training_has_set_is_set_again():
    trained, fresh = Sphere(), Sphere()
    trained.centre, trained.radius, trained.net.scale = torch.tensor([1.0, 2.0]), 0.5, 3
    trained.name, trained.new = "other", 7
    kept = attributes_of(trained)
    assert set(kept) >= {"centre", "radius", "net.scale"} and "name" not in kept
    set_attributes(fresh, kept)
    assert torch.equal(fresh.centre, trained.centre)
    assert (fresh.radius, fresh.net.scale, fresh.name) == (0.5, 3, "sphere")
    assert not hasattr(fresh, "new")


def test_a_checkpoint_cannot_replace_what_is_no_number():
    fresh = Sphere()
    set_attributes(fresh, {"name": 3, "forward": 1, "net": 2.0, "net.weight": torch.zeros(1)})
    assert fresh.name == "sphere" and isinstance(fresh.net, nn.Linear)
    assert fresh.net.weight.shape == (2, 2) and callable(fresh.forward)
