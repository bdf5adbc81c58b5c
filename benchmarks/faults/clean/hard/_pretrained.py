"""Weights that are trained in the program, once, on the training rows of `data.Pixels` alone."""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from benchmarks.faults.clean import _data as data


def encoder() -> nn.Sequential:
    """64 pixels to 32 features."""
    return nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU())


def _train(net: nn.Module, loss: object, epochs: int = 25) -> dict[str, Tensor]:
    found = data.Pixels()
    found.setup()
    x, y = found.splits["train"].tensors
    optimizer = torch.optim.Adam(net.parameters(), lr=0.003)
    for _ in range(epochs):
        for rows in torch.randperm(len(x)).split(64):
            optimizer.zero_grad()
            loss(net, x[rows], y[rows]).backward()
            optimizer.step()
    return {name: value.clone() for name, value in net.state_dict().items()}


@cache
def reconstructing() -> dict[str, Tensor]:
    """The encoder's weights (`0.*`) of an autoencoder, and its decoder's (`1.*`)."""
    with torch.random.fork_rng():
        torch.manual_seed(11)
        net = nn.Sequential(encoder(), nn.Linear(32, 64))
        return _train(net, lambda net, x, y: F.mse_loss(net(x), x), epochs=40)


@cache
def classifying() -> dict[str, Tensor]:
    """Weights of a classifier of pairs (0 or 1, 2 or 3, ...): encoder `0.*`, head `1.*`."""
    with torch.random.fork_rng():
        torch.manual_seed(12)
        net = nn.Sequential(encoder(), nn.Linear(32, 5))
        return _train(net, lambda net, x, y: F.cross_entropy(net(x), y // 2))


@cache
def teaching() -> dict[str, Tensor]:
    """Weights of a large classifier of digits."""
    with torch.random.fork_rng():
        torch.manual_seed(13)
        return _train(teacher(), lambda net, x, y: F.cross_entropy(net(x), y))


def teacher() -> nn.Sequential:
    """A large classifier of digits."""
    return nn.Sequential(nn.Linear(64, 256), nn.ReLU(), nn.Dropout(0.3), nn.Linear(256, 10))
