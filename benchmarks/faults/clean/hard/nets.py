"""Hard programs: nets whose first gradients, outputs or parts look odd, and are meant so."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import TensorDataset

from benchmarks.faults.clean import _data as data
from benchmarks.faults.clean._register import hard
from benchmarks.faults.clean._steps import Functional, Numbers, Objects
from benchmarks.faults.clean.hard.losses import mlp


@hard("zero_head", data.Pixels, epochs=12)
class ZeroHead(Functional):
    """The last layer starts at zero: nothing reaches the body in the first step."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(64, 64), nn.ReLU())
        self.head = nn.Linear(64, 10)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.body(x))


@hard("zero_head_regression", data.Diabetes, kind="regression")
class ZeroRegression(Numbers):
    """The same for a number: at first every answer is the mean."""

    def __init__(self) -> None:
        super().__init__()
        self.net = mlp(10, 24, 1)
        nn.init.zeros_(self.net[-1].weight)
        nn.init.zeros_(self.net[-1].bias)

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x).view(-1)


class Scaled(nn.Module):
    """A residual branch behind a learnt scale that starts at zero."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.branch = nn.Sequential(nn.Linear(width, width), nn.GELU(), nn.Linear(width, width))
        self.gamma = nn.Parameter(torch.zeros(width))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.gamma * self.branch(self.norm(x))


@hard("zero_layer_scale", data.Pixels, epochs=12)
class LayerScale(Objects):
    """Residual branches that begin as nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(64, 48), Scaled(48), Scaled(48), nn.Linear(48, 10))

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


@hard("low_rank", data.Pixels, epochs=15)
class LowRank(Functional):
    """Two linear layers in a row on purpose: a bottleneck of rank 12."""

    lr = 0.005

    def __init__(self) -> None:
        super().__init__()
        self.down, self.up = nn.Linear(64, 12, bias=False), nn.Linear(12, 64)
        self.out = nn.Linear(64, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.out(F.relu(self.up(self.down(x))))


@hard("linear_on_digits", data.Pixels, epochs=20)
class Softmax(Functional):
    """Softmax regression: one linear layer and nothing else."""

    lr = 0.01

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(64, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(x)


@hard("experts", data.Pixels, epochs=12)
class Experts(Functional):
    """A gate mixes the logits of four experts."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = nn.Linear(64, 4)
        self.experts = nn.ModuleList(mlp(64, 24, 10) for _ in range(4))

    def forward(self, x: Tensor) -> Tensor:
        weights = self.gate(x).softmax(1)
        every = torch.stack([expert(x) for expert in self.experts], dim=1)
        return (weights[:, :, None] * every).sum(1)


@hard("stochastic_depth", data.Pixels, epochs=15)
class StochasticDepth(Functional):
    """Residual branches are left out at random in training."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.out = nn.Linear(64, 48), nn.Linear(48, 10)
        self.branches = nn.ModuleList(mlp(48, 48, 48) for _ in range(3))

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.stem(x))
        for branch in self.branches:
            if self.training:
                kept = (torch.rand(len(x), 1, device=x.device) > 0.3).float() / 0.7
                x = x + kept * branch(x)
            else:
                x = x + branch(x)
        return self.out(x)


@hard("variational", data.Pixels, epochs=20)
class Variational(Functional):
    """A variational bottleneck: draws its code in training, takes the mean in eval."""

    def __init__(self) -> None:
        super().__init__()
        self.encode, self.out = mlp(64, 64, 32), nn.Linear(16, 10)

    def parts(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log-variance of the code."""
        mean, log_variance = self.encode(x).chunk(2, dim=1)
        return mean, log_variance.clamp(-6, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.out(self.parts(x)[0])

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        x, y = batch
        mean, log_variance = self.parts(x)
        code = mean + (log_variance / 2).exp() * torch.randn_like(mean)
        divergence = 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).sum(1).mean()
        loss = F.cross_entropy(self.out(code), y) + 1e-2 * divergence
        self.log("train_loss", loss)
        return loss


@hard("draws_in_eval", data.Wine, epochs=30, contract={"stochastic": True})
class DrawsInEval(Functional):
    """Monte Carlo dropout, in eval too; declared."""

    lr = 0.01

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(13, 32), nn.Linear(32, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.second(F.dropout(F.relu(self.first(x)), 0.2, training=True))


class Pairs(data.Pixels):
    """Two digits, `(2, 64)`: are they the same? Half of the pairs are; pairs within a split."""

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Any:
        draw = np.random.default_rng(len(y))
        count = 3000 if split == "train" else 500
        left = draw.integers(0, len(y), count)
        alike = np.arange(count) % 2 == 0
        right = np.array(
            [
                draw.choice(np.flatnonzero((y == y[i]) == a))
                for i, a in zip(left, alike, strict=True)
            ]
        )
        both = torch.stack([self.inputs(x[left]), self.inputs(x[right])], dim=1)
        return TensorDataset(both, torch.as_tensor(alike, dtype=torch.float32))


@hard("siamese", Pairs, epochs=12, kind="")
class Siamese(Functional):
    """One encoder for both digits; their difference decides."""

    lr = 0.003

    def __init__(self) -> None:
        super().__init__()
        self.encoder = mlp(64, 64, 32)
        self.out = mlp(32, 32, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.out((self.encoder(x[:, 0]) - self.encoder(x[:, 1])).abs()).squeeze(1)

    def loss(self, out: Tensor, y: Tensor) -> Tensor:
        return F.binary_cross_entropy_with_logits(out, y)

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        x, y = batch
        out = self(x)
        self.log("val_loss", self.loss(out, y))
        self.log("val_acc", ((out > 0).float() == y).float().mean())

    def test_step(self, batch: Any, batch_idx: int) -> None:
        x, y = batch
        self.log("test_acc", ((self(x) > 0).float() == y).float().mean())


class NextShade(data.Images):
    """The inner pixels of a digit in four shades, as text; the next one is to be told."""

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Any:
        ids = torch.as_tensor(np.minimum(x[:, 1:7, 2:6].reshape(len(x), -1) // 4, 3)).long()
        return TensorDataset(ids[:, :-1], ids[:, 1:])


@hard("language_model", NextShade, epochs=6)
class LanguageModel(Functional):
    """A causal GRU whose output layer is its embedding."""

    lr = 0.01

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(4, 24)
        self.position = nn.Parameter(torch.zeros(23, 24))
        self.gru = nn.GRU(24, 24, batch_first=True)
        self.decoder = nn.Linear(24, 4)
        self.decoder.weight = self.embedding.weight
        nn.init.normal_(self.embedding.weight, std=0.3)

    def forward(self, ids: Tensor) -> Tensor:
        states, _ = self.gru(self.embedding(ids) + self.position)
        return self.decoder(states).transpose(1, 2)
