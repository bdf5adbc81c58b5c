"""Manual optimization: clipping, two batches a step, a cosine schedule by epoch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytorch_lightning as pl
import torch
from torch import Tensor, nn
from torchmetrics import Accuracy, MeanMetric

from benchmarks.faults import raw
from benchmarks.faults.hosts._data import ArraysData
from benchmarks.faults.program import Host


class FlatDigitsData(ArraysData):
    """Digits as 64 numbers, each column less the training mean, over the overall deviation."""

    batch_size = 32
    drop_last = True

    def load(self) -> tuple[np.ndarray, np.ndarray]:
        """Images in 0..16, ten classes."""
        found = raw.digits()
        return found.inputs, found.targets

    def fit(self, inputs: np.ndarray, targets: np.ndarray) -> None:
        """Mean of each pixel, and one deviation for all."""
        self.mean, self.std = inputs.mean(0), inputs.std()

    def preprocess(self, inputs: np.ndarray) -> Tensor:
        """`(n, 64)`."""
        return torch.from_numpy((inputs - self.mean) / self.std).float().flatten(1)


class ManualNet(pl.LightningModule):
    """A network of two hidden layers that steps its optimizer itself."""

    lr = 0.003
    accumulate = 2
    clip = 1.0
    epochs = 15

    def __init__(self) -> None:
        super().__init__()
        self.automatic_optimization = False
        self.net = nn.Sequential(
            nn.Linear(64, 64), nn.ReLU(), nn.Dropout(0.2), nn.Linear(64, 32), nn.ReLU(),
            nn.Linear(32, 10),
        )  # fmt: skip
        self.criterion = nn.CrossEntropyLoss()
        self.valid_acc = Accuracy(task="multiclass", num_classes=10)
        self.valid_loss = MeanMetric()
        self.test_acc = Accuracy(task="multiclass", num_classes=10)

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(n, 10)`."""
        return self.net(x)

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        """Add up the gradients of `accumulate` batches, then step."""
        x, y = batch
        optimizer = self.optimizers()
        loss = self.criterion(self(x), y)
        self.manual_backward(loss / self.accumulate)
        if (batch_idx + 1) % self.accumulate == 0:
            self.clip_gradients(optimizer, self.clip, gradient_clip_algorithm="norm")
            optimizer.step()
            optimizer.zero_grad()
        self.log("train_loss", loss)
        return loss

    def on_train_epoch_end(self) -> None:
        """The schedule goes by epochs."""
        self.lr_schedulers().step()

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        """Gather loss and accuracy."""
        x, y = batch
        logits = self(x)
        self.valid_acc.update(logits.softmax(dim=1), y)
        self.valid_loss.update(self.criterion(logits, y), len(y))

    def on_validation_epoch_end(self) -> None:
        """Log what was gathered."""
        self.log("valid_acc", self.valid_acc.compute())
        self.log("valid_loss", self.valid_loss.compute())
        self.valid_acc.reset()
        self.valid_loss.reset()

    def test_step(self, batch: Any, batch_idx: int) -> None:
        """Accuracy on test."""
        x, y = batch
        self.test_acc(self(x), y)
        self.log("test_acc", self.test_acc)

    def configure_optimizers(self) -> Any:
        """Adam and a cosine over the epochs."""
        optimizer = torch.optim.Adam(self.parameters(), lr=self.lr)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=self.epochs)
        return [optimizer], [schedule]


HOST = Host(
    name="manual",
    data=FlatDigitsData,
    model=ManualNet,
    apart=raw.digits_apart,
    max_epochs=15,
    metric="valid_acc",
    floor=0.94,
)
