"""Hard programs: outputs that are no plain logits or numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from benchmarks.faults.clean import _data as data
from benchmarks.faults.clean._register import hard
from benchmarks.faults.clean._steps import Functional, Numbers
from benchmarks.faults.clean.hard.losses import mlp


@hard("quantiles", data.DiabetesColumn, kind="regression")
class Quantiles(Numbers):
    """Three quantiles of one number: outputs `(n, 3)` against targets `(n, 1)`, on purpose."""

    def __init__(self) -> None:
        super().__init__()
        self.net = mlp(10, 16, 3)
        self.register_buffer("levels", torch.tensor([0.1, 0.5, 0.9]))

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)

    def loss(self, out: Tensor, y: Tensor) -> Tensor:
        off = y - out
        return torch.maximum(self.levels * off, (self.levels - 1) * off).mean()

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        x, y = batch
        out = self(x)
        self.val_r2.update(out[:, 1], y[:, 0])
        self.log("val_loss", self.loss(out, y))
        self.log("val_mae", F.l1_loss(out[:, 1:2], y))

    def test_step(self, batch: Any, batch_idx: int) -> None:
        x, y = batch
        self.log("test_mae", F.l1_loss(self(x)[:, 1:2], y))


@hard("mean_and_variance", data.Diabetes, kind="regression")
class Gaussian(Numbers):
    """A mean and a log-variance, Gaussian likelihood."""

    def __init__(self) -> None:
        super().__init__()
        self.net = mlp(10, 16, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)

    def loss(self, out: Tensor, y: Tensor) -> Tensor:
        mean, log_variance = out.unbind(1)
        return F.gaussian_nll_loss(mean, y, log_variance.exp())

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        x, y = batch
        out = self(x)
        self.val_r2.update(out[:, 0], y)
        self.log("val_nll", self.loss(out, y))

    def test_step(self, batch: Any, batch_idx: int) -> None:
        x, y = batch
        self.log("test_mae", F.l1_loss(self(x)[:, 0], y))


class Grades(data.Diabetes):
    """How bad the diabetes is, in four grades."""

    stratified = True

    def read(self) -> tuple[np.ndarray, np.ndarray]:
        x, y = super().read()
        return x, np.digitize(y, [80, 140, 210])

    def targets(self, y: np.ndarray) -> Tensor:
        return torch.as_tensor(y).long()


@hard("ordinal", Grades)
class Ordinal(Functional):
    """Ordered grades: three logits, one for each "above this grade"."""

    def __init__(self) -> None:
        super().__init__()
        self.score = mlp(10, 16, 1)
        self.steps = nn.Parameter(torch.tensor([1.0, 0.0, -1.0]))

    def forward(self, x: Tensor) -> Tensor:
        return self.score(x) + self.steps

    def loss(self, out: Tensor, y: Tensor) -> Tensor:
        above = (y[:, None] > torch.arange(3)).float()
        return F.binary_cross_entropy_with_logits(out, above)

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        x, y = batch
        out = self(x)
        self.log("val_loss", self.loss(out, y))
        self.log("val_off", ((out > 0).sum(1) - y).abs().float().mean())

    def test_step(self, batch: Any, batch_idx: int) -> None:
        x, y = batch
        self.log("test_off", ((self(x) > 0).sum(1) - y).abs().float().mean())


class OwnUnits(data.Diabetes):
    """The target in its own units, 25..346."""

    def targets(self, y: np.ndarray) -> Tensor:
        return torch.as_tensor(y, dtype=torch.float32)


@hard("own_units_inside", OwnUnits, kind="regression")
class OwnUnitsNet(Numbers):
    """Brings its outputs into the target's units itself, by constants of train."""

    lr = 0.005

    def __init__(self) -> None:
        super().__init__()
        found = OwnUnits()
        found.setup()
        self.register_buffer("mean", torch.tensor(float(found.mean)))
        self.register_buffer("std", torch.tensor(float(found.std)))
        self.net = mlp(10, 24, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.mean + self.std * self.net(x).squeeze(1)

    def loss(self, out: Tensor, y: Tensor) -> Tensor:
        return F.mse_loss(out / self.std, y / self.std)


@hard("poisson_counts", OwnUnits, kind="regression")
class Poisson(Numbers):
    """A count by its logarithm and the Poisson likelihood, the bias set to the mean at first."""

    def __init__(self) -> None:
        super().__init__()
        self.net = mlp(10, 16, 1)
        nn.init.constant_(self.net[-1].bias, 5.0)

    def rate(self, x: Tensor) -> Tensor:
        """The logarithm of the expected count."""
        return self.net(x)[:, 0]

    def forward(self, x: Tensor) -> Tensor:
        return self.rate(x).exp()

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        x, y = batch
        loss = F.poisson_nll_loss(self.rate(x), y)
        self.log("train_loss", loss)
        return loss

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        x, y = batch
        self.val_r2.update(self(x), y)
        self.log("val_loss", F.poisson_nll_loss(self.rate(x), y))


@hard("cosine_logits", data.Pixels, epochs=12)
class Cosine(Functional):
    """Logits are cosines to a prototype of each class, times a learnt scale."""

    def __init__(self) -> None:
        super().__init__()
        self.body = mlp(64, 48, 32)
        self.prototypes = nn.Parameter(torch.randn(10, 32))
        self.scale = nn.Parameter(torch.tensor(10.0))

    def forward(self, x: Tensor) -> Tensor:
        return self.scale * F.linear(
            F.normalize(self.body(x), dim=1), F.normalize(self.prototypes, dim=1)
        )


@hard("prototypes", data.Wine, epochs=30)
class Prototypes(Functional):
    """Logits are negative squared distances to a learnt point of each class."""

    lr = 0.01

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Linear(13, 4)
        self.points = nn.Parameter(torch.randn(3, 4) * 0.3)

    def forward(self, x: Tensor) -> Tensor:
        return -torch.cdist(self.body(x), self.points).square() / 4


class Reading(data.Pixels):
    """Two digits side by side are a number of two figures: 100 classes; pairs within a split."""

    batch_size = 100

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Any:
        draw = np.random.default_rng(len(y))
        count = 4000 if split == "train" else 500
        left, right = draw.integers(0, len(y), (2, count))
        pixels = torch.cat([self.inputs(x[left]), self.inputs(x[right])], dim=1)
        return torch.utils.data.TensorDataset(pixels, self.targets(10 * y[left] + y[right]))


@hard("hundred_classes", Reading, epochs=15)
class Hundred(Functional):
    """A hundred classes."""

    def __init__(self) -> None:
        super().__init__()
        self.net = mlp(128, 128, 100)

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


@hard("autoencoder", data.Pixels, epochs=15)
class Autoencoder(Functional):
    """Learns to remove noise; the labels that come with the images are not used."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder, self.decoder = mlp(64, 48, 16), mlp(16, 48, 64)

    def forward(self, x: Tensor) -> Tensor:
        return torch.sigmoid(self.decoder(self.encoder(x)))

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        x, _ = batch
        loss = F.mse_loss(self(x + 0.1 * torch.randn_like(x)), x)
        self.log("train_loss", loss)
        return loss

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        x, _ = batch
        self.log("val_loss", F.mse_loss(self(x), x))

    def test_step(self, batch: Any, batch_idx: int) -> None:
        x, _ = batch
        self.log("test_loss", F.mse_loss(self(x), x))
