"""Regression: how far diabetes goes on; inputs and targets standardised, Huber loss."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytorch_lightning as pl
import torch
from sklearn.preprocessing import StandardScaler
from torch import Tensor, nn
from torch.nn import functional as F
from torchmetrics.regression import R2Score

from benchmarks.faults import raw
from benchmarks.faults.hosts._data import ArraysData
from benchmarks.faults.program import Host


class PatientsData(ArraysData):
    """Ten measurements and a number; both scalers are fitted on train."""

    batch_size = 16
    sizes = (60, 60)
    stratified = False

    def load(self) -> tuple[np.ndarray, np.ndarray]:
        """Ten columns, targets of 25..346."""
        found = raw.diabetes()
        return found.inputs, found.targets

    def fit(self, inputs: np.ndarray, targets: np.ndarray) -> None:
        """Fit both scalers."""
        self.scaler = StandardScaler().fit(inputs)
        self.target_scaler = StandardScaler().fit(targets[:, None])

    def preprocess(self, inputs: np.ndarray) -> Tensor:
        """`(n, 10)`, standardised."""
        return torch.from_numpy(self.scaler.transform(inputs)).float()

    def encode(self, targets: np.ndarray) -> Tensor:
        """`(n,)`, standardised."""
        return torch.from_numpy(self.target_scaler.transform(targets[:, None])[:, 0]).float()

    def restore(self, outputs: np.ndarray) -> np.ndarray:
        """Outputs `(n,)` in the target's own units."""
        return self.target_scaler.inverse_transform(outputs.reshape(-1, 1))[:, 0]


class RegressionNet(pl.LightningModule):
    """One hidden layer and one number."""

    lr = 0.003

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Dropout(0.1))
        self.head = nn.Linear(32, 1)
        self.val_r2 = R2Score()
        self.test_r2 = R2Score()

    def forward(self, x: Tensor) -> Tensor:
        """Numbers `(n,)`."""
        return self.head(self.body(x)).squeeze(1)

    def loss(self, outputs: Tensor, y: Tensor) -> Tensor:
        """Mean Huber loss."""
        return F.huber_loss(outputs, y)

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        """One batch."""
        x, y = batch
        loss = self.loss(self(x), y)
        self.log("train_loss", loss, on_epoch=True)
        return loss

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        """Loss, mean absolute error and R2 on val."""
        x, y = batch
        outputs = self(x)
        self.val_r2(outputs, y)
        self.log("val_loss", self.loss(outputs, y))
        self.log("val_mae", F.l1_loss(outputs, y))
        self.log("val_r2", self.val_r2, on_step=False, on_epoch=True)

    def test_step(self, batch: Any, batch_idx: int) -> None:
        """Loss and R2 on test."""
        x, y = batch
        outputs = self(x)
        self.test_r2(outputs, y)
        self.log("test_loss", self.loss(outputs, y))
        self.log("test_r2", self.test_r2, on_step=False, on_epoch=True)

    def configure_optimizers(self) -> Any:
        """Adam with a little weight decay."""
        return torch.optim.AdamW(self.parameters(), lr=self.lr, weight_decay=0.01)


HOST = Host(
    name="regression",
    data=PatientsData,
    model=RegressionNet,
    apart=raw.diabetes_apart,
    max_epochs=20,
    metric="val_r2",
    kind="regression",
    floor=0.4,
)
