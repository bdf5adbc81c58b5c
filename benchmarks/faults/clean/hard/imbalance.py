"""Hard programs: rare classes, in every split alike, and what is done about them."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset, WeightedRandomSampler
from torchmetrics.classification import BinaryAUROC

from benchmarks.faults.clean import _data as data
from benchmarks.faults.clean._register import hard
from benchmarks.faults.clean._steps import Functional, Objects


class Eights(data.Pixels):
    """Is it an eight? A twentieth of the samples is, in every split."""

    share = 0.05

    def read(self) -> tuple[np.ndarray, np.ndarray]:
        x, y = super().read()
        yes, no = np.flatnonzero(y == 8), np.flatnonzero(y != 8)
        kept = yes[: int(self.share / (1 - self.share) * len(no))]
        rows = np.sort(np.concatenate([no, kept]))
        return x[rows], (y[rows] == 8).astype(int)


class RareEights(Eights):
    """A hundredth is."""

    share = 0.01


@hard("imbalance_95_5", Eights, epochs=12)
class Imbalanced(Functional):
    """One logit, positive samples weighted, AUROC as the metric."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 1))
        self.register_buffer("pos_weight", torch.tensor(5.0))
        self.auroc = BinaryAUROC()

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)[:, 0]

    def loss(self, out: Tensor, y: Tensor) -> Tensor:
        return F.binary_cross_entropy_with_logits(out, y.float(), pos_weight=self.pos_weight)

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        x, y = batch
        out = self(x)
        self.auroc(out, y)
        self.log("val_loss", self.loss(out, y))
        self.log("val_auroc", self.auroc)

    def test_step(self, batch: Any, batch_idx: int) -> None:
        x, y = batch
        self.log("test_acc", ((self(x) > 0).long() == y).float().mean())


@hard("imbalance_99_1", RareEights, epochs=12)
class Rare(Functional):
    """A focal loss by hand, written out."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 2))

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)

    def loss(self, out: Tensor, y: Tensor) -> Tensor:
        log_p = out.log_softmax(1).gather(1, y[:, None])[:, 0]
        alpha = torch.where(y == 1, 0.75, 0.25)
        return (alpha * (1 - log_p.exp()) ** 2 * -log_p).mean()


class BalancedEights(Eights):
    """Draws the rare class more often in training."""

    def train_dataloader(self) -> DataLoader[Any]:
        y = self.splits["train"].tensors[1]
        weights = (1 / torch.bincount(y).float())[y]
        sampler = WeightedRandomSampler(weights, len(y), replacement=True)
        return DataLoader(self.splits["train"], self.batch_size, sampler=sampler)


@hard("weighted_sampler", BalancedEights, epochs=10)
class WeightedSampler(Objects):
    """Trains on as many of each class, is judged on what there is."""

    classes = 2

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 2))

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


class Oversampled(data.Cancer):
    """The rarer class of the training split stands there twice, to balance it."""

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Dataset[Any]:
        if split == "train":
            rows = np.concatenate([np.arange(len(y)), np.flatnonzero(y == 0)])
            x, y = x[rows], y[rows]
        return super().dataset(x, y, split)


@hard("oversampled", Oversampled)
class OversampledNet(Objects):
    """Trained on a balanced split with honest copies."""

    classes = 2

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(30, 24), nn.BatchNorm1d(24), nn.ReLU(), nn.Linear(24, 2))

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)
