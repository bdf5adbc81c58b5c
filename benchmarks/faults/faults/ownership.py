"""Mistakes in which parameters are trained: frozen, not registered, in no optimizer."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from benchmarks.faults.faults import EVERY, fault
from benchmarks.faults.faults._seams import (
    FIRST,
    HEADS,
    MIDDLE,
    head_of,
    with_init,
    with_optimizer,
)
from benchmarks.faults.program import Host, Program

UNOWNED = ("optimizer", "frozen", "requires_grad", "trained", "registered")


@fault("frozen_by_mistake", family="model", hosts=EVERY, cause=UNOWNED)
def frozen_by_mistake(host: Host) -> Program:
    """Everything but the last layer is frozen, and nothing was pretrained."""

    def freeze(model: Any) -> None:
        model.requires_grad_(False)
        head_of(host, model).requires_grad_(True)

    return with_init(host, freeze)


@fault("first_layer_frozen", family="model", hosts=EVERY, cause=UNOWNED, dose="subtle")
def first_layer_frozen(host: Host) -> Program:
    """One layer is left frozen."""
    return with_init(
        host, lambda model: model.get_submodule(FIRST[host.name]).requires_grad_(False)
    )


@fault("optimizer_owns_head_alone", family="model", hosts=EVERY, cause=UNOWNED)
def optimizer_owns_head_alone(host: Host) -> Program:
    """The optimizer is given the last layer's parameters alone."""
    return with_optimizer(
        host, lambda self: torch.optim.Adam(head_of(host, self).parameters(), lr=self.lr)
    )


@fault("optimizer_before_new_head", family="model", hosts=EVERY, cause=UNOWNED)
def optimizer_before_new_head(host: Host) -> Program:
    """The optimizer is made in `__init__`, then the last layer is replaced."""

    def init(self: Any) -> None:
        host.model.__init__(self)
        self.kept = torch.optim.Adam(self.parameters(), lr=self.lr)
        old = head_of(host, self)
        parent, _, name = HEADS[host.name].rpartition(".")
        new = nn.Linear(old.in_features, old.out_features)
        setattr(self.get_submodule(parent), name, new)

    return with_optimizer(host, lambda self: self.kept, __init__=init)


@fault("layer_in_a_list", family="model", hosts=("convolution", "transformer", "manual"),
       cause=UNOWNED, dose="subtle")  # fmt: skip
def layer_in_a_list(host: Host) -> Program:
    """A layer stands in a plain Python list, where no optimizer and no checkpoint finds it."""
    name = MIDDLE[host.name]

    def hide(model: Any) -> None:
        parent, _, last = name.rpartition(".")
        model.layers = [model.get_submodule(name)]
        holder = model.get_submodule(parent)
        del holder._modules[last]
        if host.name == "manual":
            model.rest = nn.ModuleList(holder)
            del model.net
        else:
            object.__setattr__(holder, last, model.layers[0])

    extra: dict[str, Any] = {}
    if host.name == "manual":

        def forward(self: Any, x: Tensor) -> Tensor:
            first, relu, drop, relu2, head = self.rest
            return head(relu2(self.layers[0](drop(relu(first(x))))))

        extra["forward"] = forward
    return with_init(host, hide, **extra)
