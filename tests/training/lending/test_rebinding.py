"""Closures of an object that is copied refer to the copy."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from art.training.lending.copying import CannotBeCopied, Copier
from art.training.lending.rebinding import CAN_REBIND

pytestmark = pytest.mark.skipif(not CAN_REBIND, reason="copy.deepcopy takes functions as they are")


def hooked() -> tuple[nn.Module, list[nn.Module]]:
    net, seen = nn.Sequential(nn.Linear(4, 4)), []

    def inner() -> nn.Module:
        return net[0]

    def hook(module: nn.Module, given: object, output: torch.Tensor) -> torch.Tensor:
        seen.append(module)
        return output + inner().bias

    net[0].register_forward_hook(hook)
    net.first = lambda at=0: net[at]
    return net, seen


def test_a_hook_and_a_method_in_a_closure_work_on_the_copy_alone():
    net, seen = hooked()
    copy = Copier(net, share=False, rebind=True).copy()
    with torch.no_grad():
        copy[0].bias.fill_(1.0)
        copy[0].weight.zero_()
    assert copy.first() is copy[0] and net.first() is net[0]
    assert torch.equal(copy(torch.ones(1, 4)), torch.full((1, 4), 2.0))  # its own bias, twice
    assert not seen
    assert copy.first.__name__ == "<lambda>" and copy.first.__defaults__ == (0,)


def test_two_copies_are_apart_and_without_rebinding_it_is_refused():
    net, _ = hooked()
    copier = Copier(net, share=False, rebind=True)
    one, other = copier.copy(), copier.copy()
    assert one.first() is one[0] and other.first() is other[0]
    with pytest.raises(CannotBeCopied, match="refers to a"):
        Copier(net, share=False)


def test_what_a_default_refers_to_is_still_refused():
    net = nn.Sequential(nn.Linear(4, 4))
    net.first = lambda layer=net[0]: layer
    with pytest.raises(CannotBeCopied):
        Copier(net, share=False, rebind=True)
