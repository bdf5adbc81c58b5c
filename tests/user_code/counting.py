"""A module that says, through its logger, how it was run."""

import pytorch_lightning as pl
import torch
from sklearn.datasets import load_wine
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, TensorDataset, random_split

import art


@art.data("counting.v1")
class Wine(pl.LightningDataModule):
    """118 samples in 8 batches, 30 in 3 and 30 in 3."""

    def setup(self, stage=None):
        x, y = load_wine(return_X_y=True)
        x = (x - x.mean(0)) / x.std(0)
        whole = TensorDataset(torch.tensor(x).float(), torch.tensor(y))
        self.parts = random_split(whole, [118, 30, 30], torch.Generator().manual_seed(0))

    def train_dataloader(self):
        self.asked = getattr(self, "asked", 0) + 1
        return DataLoader(self.parts[0], batch_size=16, shuffle=True)

    def val_dataloader(self):
        return DataLoader(self.parts[1], batch_size=10)

    def test_dataloader(self):
        return DataLoader(self.parts[2], batch_size=10)


@art.models("counting.v1")
class Counting(pl.LightningModule):
    def __init__(self, by_hand: bool = False):
        super().__init__()
        self.automatic_optimization = not by_hand
        self.net = torch.nn.Linear(13, 3)
        self.validated = 0

    def forward(self, x):
        return self.net(x)

    def training_step(self, batch, index):
        loss = cross_entropy(self(batch[0]), batch[1])
        self.log("own_loss", loss)
        return loss

    def on_validation_epoch_start(self):
        self.batches = 0
        self.validated += 1

    def validation_step(self, batch, index):
        self.batches += 1
        self.log("val_loss", cross_entropy(self(batch[0]), batch[1]))

    def on_validation_epoch_end(self):
        if not self.trainer.sanity_checking:
            self.log("val_batches", float(self.batches))

    def on_test_epoch_start(self):
        self.batches = 0

    def test_step(self, batch, index):
        self.batches += 1

    def on_test_epoch_end(self):
        self.log("test_batches", float(self.batches))

    def on_train_batch_end(self, outputs, batch, index):
        if self.net.weight.grad is not None:
            self.log("largest_gradient", self.net.weight.grad.abs().max())

    def on_train_epoch_end(self):
        self.logger.experiment.add_scalar("norm", self.net.weight.norm(), self.current_epoch)

    def on_train_end(self):
        board = self.logger.experiment
        board.add_scalar("validated", self.validated, 0)
        board.add_scalar("epochs", self.current_epoch, 0)
        board.add_scalar("steps", self.global_step, 0)
        board.add_scalar("asked", getattr(self.trainer.datamodule, "asked", 0), 0)
        board.add_scalar("double", float(self.net.weight.dtype == torch.float64), 0)
        board.add_scalar("anomaly", float(torch.is_anomaly_enabled()), 0)

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=0.01)
