"""Programs of a user's own, without a config: a network, a module, loaders, and a plain loop."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytorch_lightning as pl
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset


def rows(count: int = 320, seed: int = 0) -> tuple[Tensor, Tensor]:
    """`(count, 20)` inputs, and the class that two of their columns decide."""
    inputs = torch.randn(count, 20, generator=torch.Generator().manual_seed(seed))
    return inputs, (inputs[:, 0] + inputs[:, 1] > 0).long()


def network(*more: nn.Module, seed: int = 0) -> nn.Sequential:
    """Two layers with dropout, and what stands behind them."""
    torch.manual_seed(seed)
    return nn.Sequential(
        nn.Linear(20, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Dropout(0.1), nn.Linear(32, 2), *more
    )


def loaders() -> tuple[DataLoader[Any], DataLoader[Any]]:
    """Of train and val."""
    train, val = (TensorDataset(*rows(seed=seed)) for seed in (0, 1))
    return DataLoader(train, batch_size=32, shuffle=True), DataLoader(val, batch_size=64)


class Own(pl.LightningModule):
    """A module with a step and an optimizer of its own."""

    def __init__(self, last: nn.Module | None = None) -> None:
        super().__init__()
        self.net = network(*([last] if last else []))

    def forward(self, inputs: Tensor) -> Tensor:
        return self.net(inputs)

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        return nn.functional.cross_entropy(self(batch[0]), batch[1])

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        self.log("val_loss", nn.functional.cross_entropy(self(batch[0]), batch[1]))

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.Adam(self.parameters(), lr=1e-2)


def state_of(module: nn.Module, optimizer: torch.optim.Optimizer | None = None) -> list[Any]:
    """All that must be as before: weights, buffers, gradients, modes, hooks, optimizer state."""
    found: list[Any] = []
    for name, tensor in (*module.named_parameters(), *module.named_buffers()):
        grad = None if tensor.grad is None else tensor.grad.clone()
        found.append((name, tensor.detach().clone(), tensor.requires_grad, grad))
        found.append((id(tensor), tensor._version, id(tensor.grad)))
    for name, part in module.named_modules():
        hooks = len(part._forward_hooks), len(part._forward_pre_hooks), len(part._backward_hooks)
        found.append((name, part.training, hooks, sorted(vars(part))))
    if optimizer is not None:
        found.append(copy.deepcopy(optimizer.state_dict()))
        found.append((len(optimizer._optimizer_step_post_hooks), sorted(vars(optimizer))))
    return found


def generators() -> list[Any]:
    """Where the generators of Python, numpy and torch stand."""
    return [random.getstate(), np.random.get_state(), torch.get_rng_state()]


def same(one: Any, other: Any) -> bool:
    """Whether two states are the same, bit by bit."""
    if isinstance(one, Tensor):
        return isinstance(other, Tensor) and torch.equal(one, other)
    if isinstance(one, np.ndarray):
        return bool(np.array_equal(one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


@contextmanager
def unchanged(module: nn.Module, optimizer: torch.optim.Optimizer | None = None) -> Iterator[None]:
    """Hold that nothing of a program, and of the process, changes inside."""

    def now() -> list[Any]:
        switches = torch.are_deterministic_algorithms_enabled(), torch.get_num_threads()
        return [state_of(module, optimizer), generators(), switches, torch.is_grad_enabled()]

    before = now()
    try:
        yield
    finally:
        assert same(before, now())
