"""Hard programs: weak or noisy tasks, imbalance, outliers, little data, honest duplicates."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from sklearn import datasets
from sklearn.decomposition import PCA
from torch import Tensor, nn
from torch.nn import functional as F

from benchmarks.faults.clean import _data as data
from benchmarks.faults.clean._register import hard
from benchmarks.faults.clean._steps import Functional, Numbers, Objects


class WeakDiabetes(data.Diabetes):
    """Four columns that say little: sex, and three blood values."""

    def read(self) -> tuple[np.ndarray, np.ndarray]:
        x, y = super().read()
        return x[:, [1, 4, 5, 6]], y


@hard("weak_regression", WeakDiabetes, epochs=15, kind="regression")
class WeakRegression(Numbers):
    """R2 of about 0.1 is what there is."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1))

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x).squeeze(-1)


class WeakCancer(data.Cancer):
    """Five columns that say little of the tumour."""

    def read(self) -> tuple[np.ndarray, np.ndarray]:
        x, y = super().read()
        return x[:, [9, 11, 14, 18, 19]], y


@hard("weak_classes", WeakCancer, epochs=15)
class WeakClasses(Objects):
    """A little better than the larger class."""

    classes = 2

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(5, 16), nn.ReLU(), nn.Dropout(0.2), nn.Linear(16, 2))

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


class Coins(data.Cancer):
    """The outcome is drawn with a probability that three measurements set: nobody can be sure."""

    def read(self) -> tuple[np.ndarray, np.ndarray]:
        x, _ = super().read()
        main = PCA(3, whiten=True, random_state=0).fit_transform(x / x.std(0))
        chance = 1 / (1 + np.exp(-1.2 * main[:, 0] + 0.8 * main[:, 1]))
        return x, (np.random.default_rng(5).random(len(x)) < chance).astype(int)


@hard("noisy_outcome", Coins, epochs=10)
class NoisyOutcome(Functional):
    """The best accuracy there is is about 0.75."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(30, 8), nn.Tanh(), nn.Dropout(0.3), nn.Linear(8, 2))

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)

    def configure_optimizers(self) -> Any:
        return torch.optim.AdamW(self.parameters(), lr=0.003, weight_decay=0.05)


class NoisyPixels(data.Pixels):
    """A bad sensor: noise as large as the signal, in every split alike."""

    def read(self) -> tuple[np.ndarray, np.ndarray]:
        x, y = super().read()
        return x + np.random.default_rng(6).normal(0, 8, x.shape), y


@hard("noisy_inputs", NoisyPixels, epochs=12)
class NoisyInputs(Functional):
    """About 0.75 of the digits can be told."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Dropout(0.4), nn.Linear(32, 10))

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


class Outliers(data.Diabetes):
    """A twentieth of the targets was noted down wrongly, in every split; robust scaling."""

    def read(self) -> tuple[np.ndarray, np.ndarray]:
        x, y = super().read()
        draw = np.random.default_rng(8)
        wrong = draw.random(len(y)) < 0.05
        return x, np.where(wrong, y + draw.normal(0, 1500, len(y)), y)

    def fit(self, x: np.ndarray, y: np.ndarray) -> None:
        super().fit(x, y)
        low, self.mean, high = np.quantile(y, [0.25, 0.5, 0.75])
        self.std = (high - low) / 1.35


@hard("outliers_huber", Outliers, kind="regression")
class Huber(Numbers):
    """A Huber loss; the squared error would follow the outliers."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(10, 16), nn.ReLU(), nn.Linear(16, 1), nn.Flatten(0))

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)

    def loss(self, out: Tensor, y: Tensor) -> Tensor:
        return F.huber_loss(out, y, delta=1.0)


class SixtyFlowers(data.Iris):
    """Sixty flowers in all."""

    batch_size = 8

    def read(self) -> tuple[np.ndarray, np.ndarray]:
        x, y = super().read()
        rows = np.concatenate([np.flatnonzero(y == k)[:20] for k in range(3)])
        return x[rows], y[rows]


@hard("sixty_samples", SixtyFlowers, epochs=40)
class Small(Functional):
    """36 samples to learn of, 12 to be judged by."""

    lr = 0.01

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(4, 12), nn.Tanh(), nn.Linear(12, 3))

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


class Coarse(data.Splits):
    """Six measurements in three grades each, one-hot: honest samples are equal in their inputs."""

    def read(self) -> tuple[np.ndarray, np.ndarray]:
        x, y = datasets.load_breast_cancer(return_X_y=True)
        return x[:, [0, 1, 4, 5, 7, 8]], y

    def fit(self, x: np.ndarray, y: np.ndarray) -> None:
        self.edges = np.quantile(x, [1 / 3, 2 / 3], axis=0)

    def inputs(self, x: np.ndarray) -> Tensor:
        grades = torch.as_tensor((x[:, None] > self.edges[None]).sum(1))
        return F.one_hot(grades, 3).flatten(1).float()


@hard("low_cardinality", Coarse, epochs=15)
class LowCardinality(Functional):
    """One-hot categories; equal inputs with both classes."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(18, 16), nn.ReLU(), nn.Linear(16, 2))

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


class RawCancer(data.Cancer):
    """Measurements in their own units, up to thousands."""

    def inputs(self, x: np.ndarray) -> Tensor:
        return torch.as_tensor(x, dtype=torch.float32)


@hard("raw_batchnorm_first", RawCancer)
class BatchNormFirst(Functional):
    """BatchNorm standardises the raw columns."""

    lr = 0.01

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(
            nn.BatchNorm1d(30), nn.Linear(30, 24), nn.ReLU(), nn.Dropout(0.2), nn.Linear(24, 2)
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


class Gappy(data.Cancer):
    """A tenth of the measurements is missing (NaN), as in a clinic."""

    def read(self) -> tuple[np.ndarray, np.ndarray]:
        x, y = super().read()
        return np.where(np.random.default_rng(9).random(x.shape) < 0.1, np.nan, x), y


@hard("missing_inside", Gappy)
class MissingInside(Functional):
    """Fills what is missing with the mean, and tells the network where it was."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(60, 24), nn.ReLU(), nn.Linear(24, 2))

    def forward(self, x: Tensor) -> Tensor:
        gone = torch.isnan(x)
        return self.net(torch.cat([torch.nan_to_num(x, nan=0.0), gone.float()], dim=1))


class Tiny(data.Diabetes):
    """Targets of the size 0.01, such as daily returns."""

    def targets(self, y: np.ndarray) -> Tensor:
        return 0.01 * super().targets(y)


@hard("tiny_targets", Tiny, kind="regression", epochs=200)
class OfTiny(Numbers):
    """An ordinary network with torch's own initialization; what it says at first is far larger than
    the targets, and learnt away."""

    lr = 0.01

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(10, 16), nn.ReLU(), nn.Linear(16, 1))

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x).squeeze(1)
