"""An LSTM that reads a digit row by row; the metric is counted by hand."""

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


class RowsData(ArraysData):
    """Digits as 8 steps of 8 numbers in -1..1."""

    batch_size = 32

    def load(self) -> tuple[np.ndarray, np.ndarray]:
        """Images in 0..16, ten classes."""
        found = raw.digits()
        return found.inputs, found.targets

    def preprocess(self, inputs: np.ndarray) -> Tensor:
        """`(n, 8, 8)`, in -1..1."""
        return torch.from_numpy(inputs / 8.0 - 1.0).float()


class RowsNet(pl.LightningModule):
    """One LSTM layer; its last state is read out."""

    lr = 0.01
    hidden = 48

    def __init__(self) -> None:
        super().__init__()
        self.rnn = nn.LSTM(8, self.hidden, batch_first=True)
        self.dropout = nn.Dropout(0.2)
        self.out = nn.Linear(self.hidden, 10)

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(n, 10)`."""
        states, _ = self.rnn(x)
        return self.out(self.dropout(states[:, -1]))

    def loss(self, outputs: Tensor, y: Tensor) -> Tensor:
        """Mean cross-entropy."""
        return F.cross_entropy(outputs, y)

    def training_step(self, batch: Any, batch_idx: int) -> dict[str, Tensor]:
        """One batch."""
        x, y = batch
        loss = self.loss(self(x), y)
        self.log("train/loss", loss)
        return {"loss": loss}

    def on_validation_epoch_start(self) -> None:
        """Begin to count."""
        self.right, self.total, self.loss_sum = 0, 0, 0.0

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        """Count."""
        x, y = batch
        logits = self(x)
        self.right += int((logits.argmax(-1) == y).sum())
        self.total += len(y)
        self.loss_sum += float(self.loss(logits, y)) * len(y)

    def on_validation_epoch_end(self) -> None:
        """Log the means."""
        self.log("val/accuracy", self.right / self.total)
        self.log("val/loss", self.loss_sum / self.total)

    def test_step(self, batch: Any, batch_idx: int) -> None:
        """Accuracy on test."""
        x, y = batch
        self.log("test/accuracy", (self(x).argmax(-1) == y).float().mean())

    def configure_optimizers(self) -> Any:
        """Adam, its rate falling by a tenth each epoch."""
        optimizer = torch.optim.Adam(self.parameters(), lr=self.lr)
        schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.9)
        return {"optimizer": optimizer, "lr_scheduler": schedule}


HOST = Host(
    name="recurrent",
    data=RowsData,
    model=RowsNet,
    apart=raw.digits_apart,
    max_epochs=12,
    metric="val/accuracy",
    floor=0.94,
)
