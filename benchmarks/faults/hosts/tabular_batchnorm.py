"""A table with BatchNorm: tumours of breast cancer; torchmetrics objects, logged as objects."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytorch_lightning as pl
import torch
from sklearn.preprocessing import StandardScaler
from torch import Tensor, nn
from torch.nn import functional as F
from torchmetrics.classification import MulticlassAccuracy

from benchmarks.faults import raw
from benchmarks.faults.hosts._data import ArraysData
from benchmarks.faults.program import Host


class TabularData(ArraysData):
    """Standardised measurements of tumours; the scaler is fitted on train."""

    batch_size = 16
    sizes = (70, 70)
    drop_last = True

    def load(self) -> tuple[np.ndarray, np.ndarray]:
        """30 measurements, two classes."""
        found = raw.breast_cancer()
        return found.inputs, found.targets

    def fit(self, inputs: np.ndarray, targets: np.ndarray) -> None:
        """Fit the scaler."""
        self.scaler = StandardScaler().fit(inputs)

    def preprocess(self, inputs: np.ndarray) -> Tensor:
        """`(n, 30)`, standardised."""
        return torch.from_numpy(self.scaler.transform(inputs)).float()


class TabularNet(pl.LightningModule):
    """Two hidden layers with BatchNorm and dropout."""

    classes = 2
    lr = 0.003

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Linear(30, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Dropout(0.2),
            nn.Linear(32, 16), nn.BatchNorm1d(16), nn.ReLU(),
        )  # fmt: skip
        self.head = nn.Linear(16, self.classes)
        self.train_acc = MulticlassAccuracy(2, average="micro")
        self.val_acc = MulticlassAccuracy(2, average="micro")
        self.test_acc = MulticlassAccuracy(2, average="micro")

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(n, 2)`."""
        return self.head(self.body(x))

    def loss(self, outputs: Tensor, y: Tensor) -> Tensor:
        """Mean cross-entropy."""
        return F.cross_entropy(outputs, y)

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        """One batch."""
        x, y = batch
        logits = self(x)
        loss = self.loss(logits, y)
        self.train_acc(logits, y)
        self.log("train_loss", loss)
        self.log("train_acc", self.train_acc, on_step=False, on_epoch=True)
        return loss

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        """Loss and accuracy on val."""
        x, y = batch
        logits = self(x)
        self.val_acc(logits, y)
        self.log("val_loss", self.loss(logits, y), prog_bar=True)
        self.log("val_acc", self.val_acc, prog_bar=True)

    def test_step(self, batch: Any, batch_idx: int) -> None:
        """Loss and accuracy on test."""
        x, y = batch
        logits = self(x)
        self.test_acc(logits, y)
        self.log("test_loss", self.loss(logits, y))
        self.log("test_acc", self.test_acc)

    def configure_optimizers(self) -> Any:
        """AdamW."""
        return torch.optim.AdamW(self.parameters(), lr=self.lr, weight_decay=0.01)


HOST = Host(
    name="tabular_batchnorm",
    data=TabularData,
    model=TabularNet,
    apart=raw.breast_cancer_apart,
    max_epochs=20,
    metric="val_acc",
    floor=0.95,
)
