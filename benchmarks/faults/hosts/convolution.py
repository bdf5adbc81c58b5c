"""A small convolutional network on digits; accuracy by a line of torch, StepLR by epoch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytorch_lightning as pl
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from benchmarks.faults import raw
from benchmarks.faults.hosts._data import ArraysData
from benchmarks.faults.program import Host


class ImagesData(ArraysData):
    """Digits as `(1, 8, 8)` images in 0..1."""

    batch_size = 64

    def load(self) -> tuple[np.ndarray, np.ndarray]:
        """Images in 0..16, ten classes."""
        found = raw.digits()
        return found.inputs, found.targets

    def preprocess(self, inputs: np.ndarray) -> Tensor:
        """`(n, 1, 8, 8)`, in 0..1."""
        return torch.from_numpy(inputs).float().unsqueeze(1) / 16.0


class ConvNet(pl.LightningModule):
    """Two convolutions, pooling, dropout, and a linear layer."""

    lr = 0.003

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 3, padding=1)
        self.conv2 = nn.Conv2d(16, 32, 3, padding=1)
        self.drop = nn.Dropout(0.25)
        self.fc1 = nn.Linear(32 * 4 * 4, 64)
        self.fc2 = nn.Linear(64, 10)

    def features(self, x: Tensor) -> Tensor:
        """What the convolutions see, `(n, 512)`."""
        x = F.relu(self.conv1(x))
        x = F.relu(self.conv2(x))
        return F.max_pool2d(x, 2).flatten(1)

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(n, 10)`."""
        x = self.drop(self.features(x))
        return self.fc2(F.relu(self.fc1(x)))

    def loss(self, outputs: Tensor, y: Tensor) -> Tensor:
        """Mean cross-entropy."""
        return F.cross_entropy(outputs, y)

    def accuracy(self, outputs: Tensor, y: Tensor) -> Tensor:
        """The share of a batch that is right."""
        return (outputs.argmax(dim=1) == y).float().mean()

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        """One batch."""
        x, y = batch
        loss = self.loss(self(x), y)
        self.log("train_loss", loss)
        return loss

    def evaluate(self, batch: Any, stage: str) -> None:
        """Log loss and accuracy of a stage."""
        x, y = batch
        logits = self(x)
        self.log(f"{stage}/loss", self.loss(logits, y))
        self.log(f"{stage}/acc", self.accuracy(logits, y), prog_bar=True)

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        """One batch of val."""
        self.evaluate(batch, "val")

    def test_step(self, batch: Any, batch_idx: int) -> None:
        """One batch of test."""
        self.evaluate(batch, "test")

    def configure_optimizers(self) -> Any:
        """Adam, its rate halved every five epochs."""
        optimizer = torch.optim.Adam(self.parameters(), lr=self.lr)
        scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=5, gamma=0.5)
        return [optimizer], [scheduler]


HOST = Host(
    name="convolution",
    data=ImagesData,
    model=ConvNet,
    apart=raw.digits_apart,
    max_epochs=12,
    metric="val/acc",
    floor=0.95,
)
