"""Hard programs: losses that couple samples, have a floor, or are made of several."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytorch_lightning as pl
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from benchmarks.faults.clean import _data as data
from benchmarks.faults.clean._register import hard
from benchmarks.faults.clean._steps import Functional, Numbers, Objects


def mlp(*sizes: int) -> nn.Sequential:
    """Linear layers with ReLU between them."""
    layers: list[nn.Module] = []
    for inside, outside in pairwise(sizes):
        layers += [nn.Linear(inside, outside), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def nt_xent(first: Tensor, second: Tensor, temperature: float = 0.3) -> Tensor:
    """The loss of SimCLR: each view must find its partner among all others (Chen 2020)."""
    z = F.normalize(torch.cat([first, second]), dim=1)
    alike = z @ z.t() / temperature
    alike.fill_diagonal_(float("-inf"))
    size = len(first)
    partner = torch.cat([torch.arange(size, 2 * size), torch.arange(size)])
    return F.cross_entropy(alike, partner)


class Embedding(pl.LightningModule):
    """Embeds; validation logs the loss and how often the nearest sample is of the same class."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = mlp(64, 64, 16)

    def forward(self, x: Tensor) -> Tensor:
        return self.encoder(x)

    def objective(self, x: Tensor, y: Tensor) -> Tensor:
        """The loss of a batch."""
        raise NotImplementedError

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        loss = self.objective(*batch)
        self.log("train_loss", loss)
        return loss

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        x, y = batch
        self.log("val_loss", self.objective(x, y))
        distance = torch.cdist(self(x), self(x)).fill_diagonal_(float("inf"))
        self.log("val_neighbour", (y[distance.argmin(1)] == y).float().mean())

    def test_step(self, batch: Any, batch_idx: int) -> None:
        self.log("test_loss", self.objective(*batch))

    def configure_optimizers(self) -> Any:
        return torch.optim.Adam(self.parameters(), lr=0.003)


@hard("contrastive_views", data.Pixels, epochs=10, contract={"coupled": True})
class Contrastive(Embedding):
    """Two noisy views of each sample, made in the step; declared as coupled."""

    def view(self, x: Tensor) -> Tensor:
        """Noise, and a tenth of the pixels hidden."""
        return (x + 0.1 * torch.randn_like(x)) * (torch.rand_like(x) > 0.1)

    def objective(self, x: Tensor, y: Tensor) -> Tensor:
        return nt_xent(self(self.view(x)), self(self.view(x)))


@hard("contrastive_undeclared", data.Pixels, epochs=10)
class ContrastiveUndeclared(Contrastive):
    """The same, and nothing is declared."""


@hard("contrastive_supervised", data.Pixels, epochs=10)
class SupervisedContrastive(Embedding):
    """Samples of a class attract each other (Khosla 2020); coupled by the loss alone."""

    def objective(self, x: Tensor, y: Tensor) -> Tensor:
        z = F.normalize(self(x), dim=1)
        alike = (z @ z.t() / 0.2).masked_fill(torch.eye(len(y), dtype=torch.bool), -1e9)
        same = (y[:, None] == y[None]).float().fill_diagonal_(0)
        log_p = alike.log_softmax(1)
        mates = same.sum(1)
        return -((same * log_p).sum(1)[mates > 0] / mates[mates > 0]).mean()


@hard("correlation_loss", data.Diabetes, kind="regression")
class Correlation(Numbers):
    """One less Lin's concordance over the batch: a loss of batches, not of samples."""

    def __init__(self) -> None:
        super().__init__()
        self.net = mlp(10, 16, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)[:, 0]

    def loss(self, out: Tensor, y: Tensor) -> Tensor:
        both = ((out - out.mean()) * (y - y.mean())).mean()
        spread = out.var(unbiased=False) + y.var(unbiased=False)
        return 1 - 2 * both / (spread + (out.mean() - y.mean()) ** 2)


@hard("pairwise_ranking", data.CancerFloat, kind="")
class Ranking(Functional):
    """Positive samples must score above negative ones of the batch, and one BCE keeps the zero."""

    def __init__(self) -> None:
        super().__init__()
        self.net = mlp(30, 16, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)[:, 0]

    def loss(self, out: Tensor, y: Tensor) -> Tensor:
        margin = F.softplus(1 - (out[y == 1][:, None] - out[y == 0][None])).mean()
        return margin + 0.5 * F.binary_cross_entropy_with_logits(out, y)

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        x, y = batch
        self.log("val_acc", ((self(x) > 0).float() == y).float().mean())

    def test_step(self, batch: Any, batch_idx: int) -> None:
        x, y = batch
        self.log("test_acc", ((self(x) > 0).float() == y).float().mean())


@hard("label_smoothing", data.Pixels, epochs=12)
class Smoothing(Objects):
    """Label smoothing of 0.2: the loss has a floor."""

    def __init__(self) -> None:
        super().__init__()
        self.net = mlp(64, 64, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)

    def criterion(self, logits: Tensor, y: Tensor) -> Tensor:
        return F.cross_entropy(logits, y, label_smoothing=0.2)


@hard("mixup", data.Pixels, epochs=20)
class Mixup(Functional):
    """Samples are mixed with others of the batch, and so is the loss (Zhang 2018)."""

    def __init__(self) -> None:
        super().__init__()
        self.net = mlp(64, 64, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        x, y = batch
        share = float(np.random.beta(0.4, 0.4))
        other = torch.randperm(len(x), device=x.device)
        out = self(share * x + (1 - share) * x[other])
        loss = share * self.loss(out, y) + (1 - share) * self.loss(out, y[other])
        self.log("train_loss", loss)
        return loss


@hard("mixed_losses", data.Pixels, epochs=12)
class Mixed(Functional):
    """Cross-entropy, an auxiliary head for odd digits, and an L1 penalty on the first layer."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(64, 48), nn.ReLU())
        self.head, self.odd = nn.Linear(48, 10), nn.Linear(48, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.body(x))

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        x, y = batch
        hidden = self.body(x)
        loss = F.cross_entropy(self.head(hidden), y)
        aux = F.binary_cross_entropy_with_logits(self.odd(hidden)[:, 0], (y % 2).float())
        total = loss + 0.3 * aux + 1e-4 * self.body[0].weight.abs().sum()
        self.log_dict({"train_loss": total, "train_aux": aux})
        return total


@hard("summed_loss", data.Pixels, epochs=12, contract={"reduction": "sum"})
class Summed(Functional):
    """The loss is summed over the batch and the rate is set for that; declared."""

    def __init__(self) -> None:
        super().__init__()
        self.net = mlp(64, 48, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)

    def loss(self, out: Tensor, y: Tensor) -> Tensor:
        return F.cross_entropy(out, y, reduction="sum")

    def configure_optimizers(self) -> Any:
        return torch.optim.SGD(self.parameters(), lr=0.002, momentum=0.9)
