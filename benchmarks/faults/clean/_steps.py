"""Training steps as people write them, in a few styles; the programs bring nets and losses."""

from __future__ import annotations

from typing import Any

import pytorch_lightning as pl
import torch
import torchmetrics
from torch import Tensor
from torch.nn import functional as F


class Functional(pl.LightningModule):
    """Classes; the score is a line of torch."""

    lr = 0.003

    def loss(self, out: Tensor, y: Tensor) -> Tensor:
        return F.cross_entropy(out, y)

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        x, y = batch
        loss = self.loss(self(x), y)
        self.log("train_loss", loss, prog_bar=True)
        return loss

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        x, y = batch
        out = self(x)
        self.log("val_loss", self.loss(out, y), prog_bar=True)
        self.log("val_acc", (out.argmax(dim=1) == y).float().mean(), prog_bar=True)

    def test_step(self, batch: Any, batch_idx: int) -> None:
        x, y = batch
        self.log("test_acc", (self(x).argmax(dim=1) == y).float().mean())

    def configure_optimizers(self) -> Any:
        return torch.optim.Adam(self.parameters(), lr=self.lr)


class Objects(pl.LightningModule):
    """Classes; torchmetrics objects, logged as such."""

    lr = 0.003
    classes = 10

    def __init__(self) -> None:
        super().__init__()
        make = {"task": "multiclass", "num_classes": self.classes}
        self.train_acc = torchmetrics.Accuracy(**make)
        self.valid_acc = torchmetrics.Accuracy(**make)
        self.test_acc = torchmetrics.Accuracy(**make)

    def criterion(self, logits: Tensor, y: Tensor) -> Tensor:
        return F.cross_entropy(logits, y)

    def training_step(self, batch: Any, batch_idx: int) -> dict[str, Tensor]:
        x, y = batch
        logits = self(x)
        loss = self.criterion(logits, y)
        self.train_acc(logits, y)
        self.log("train/acc", self.train_acc, on_step=False, on_epoch=True)
        return {"loss": loss}

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        x, y = batch
        logits = self(x)
        self.valid_acc(logits, y)
        self.log("valid/loss", self.criterion(logits, y))
        self.log("valid/acc", self.valid_acc)

    def test_step(self, batch: Any, batch_idx: int) -> None:
        x, y = batch
        self.test_acc(self(x), y)
        self.log("test/acc", self.test_acc)

    def configure_optimizers(self) -> Any:
        return torch.optim.AdamW(self.parameters(), lr=self.lr, weight_decay=1e-4)


class Numbers(pl.LightningModule):
    """Regression; mean absolute error and R2 over the whole split."""

    lr = 0.003

    def __init__(self) -> None:
        super().__init__()
        self.val_r2 = torchmetrics.R2Score()

    def loss(self, out: Tensor, y: Tensor) -> Tensor:
        return F.mse_loss(out, y)

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        x, y = batch
        loss = self.loss(self(x), y)
        self.log("train_loss", loss)
        return loss

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        x, y = batch
        out = self(x)
        self.val_r2.update(out, y)
        self.log("val_loss", self.loss(out, y))
        self.log("val_mae", F.l1_loss(out, y))

    def on_validation_epoch_end(self) -> None:
        self.log("val_r2", self.val_r2.compute())
        self.val_r2.reset()

    def test_step(self, batch: Any, batch_idx: int) -> None:
        x, y = batch
        self.log("test_mae", F.l1_loss(self(x), y))

    def configure_optimizers(self) -> Any:
        return torch.optim.Adam(self.parameters(), lr=self.lr)


class Steps(pl.LightningModule):
    """One loss for every split, by `step`."""

    lr = 0.003

    def step(self, batch: Any) -> Tensor:
        """The loss of a batch."""
        raise NotImplementedError

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        loss = self.step(batch)
        self.log("train_loss", loss)
        return loss

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        self.log("val_loss", self.step(batch), batch_size=32)

    def test_step(self, batch: Any, batch_idx: int) -> None:
        self.log("test_loss", self.step(batch), batch_size=32)

    def configure_optimizers(self) -> Any:
        return torch.optim.Adam(self.parameters(), lr=self.lr)
