"""Modules of `lightning` and the loaders that they are trained and validated on, of many kinds."""

import os
import signal
from pathlib import Path

import lightning as L
import torch
from lightning.pytorch.utilities import CombinedLoader
from sklearn.datasets import load_wine
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, IterableDataset, TensorDataset, random_split

import art


class Stream(IterableDataset):
    def __init__(self, part):
        self.part = part

    def __iter__(self):
        return iter([self.part[index] for index in range(len(self.part))])


def wine():
    x, y = load_wine(return_X_y=True)
    x = (x - x.mean(0)) / x.std(0)
    whole = TensorDataset(torch.tensor(x).float(), torch.tensor(y))
    return random_split(whole, [118, 30, 30], torch.Generator().manual_seed(0))


@art.data("loaders.Train.v1")
class Train(L.LightningDataModule):
    """Neither val nor test."""

    def setup(self, stage=None):
        self.parts = wine()

    def train_dataloader(self):
        return DataLoader(self.parts[0], batch_size=16, shuffle=True)

    def held_out(self):
        return [DataLoader(self.parts[1], batch_size=10), DataLoader(self.parts[2], batch_size=10)]


@art.data("loaders.List.v1")
class List(Train):
    def val_dataloader(self):
        return self.held_out()

    def test_dataloader(self):
        return self.held_out()


@art.data("loaders.Combined.v1")
class Combined(Train):
    def train_dataloader(self):
        parts = {"a": super().train_dataloader(), "b": super().train_dataloader()}
        return CombinedLoader(parts, "max_size_cycle")

    def val_dataloader(self):
        return CombinedLoader(dict(zip("ab", self.held_out(), strict=True)), "max_size_cycle")

    def test_dataloader(self):
        return CombinedLoader(dict(zip("ab", self.held_out(), strict=True)), "max_size")


@art.data("loaders.InTurn.v1")
class InTurn(Train):
    def val_dataloader(self):
        return CombinedLoader(dict(zip("ab", self.held_out(), strict=True)), "sequential")


@art.data("loaders.Stream.v1")
class Streamed(Train):
    def train_dataloader(self):
        return DataLoader(Stream(self.parts[0]), batch_size=16)

    def val_dataloader(self):
        return DataLoader(Stream(self.parts[1]), batch_size=10)


class Net(L.LightningModule):
    def __init__(self):
        super().__init__()
        self.net = torch.nn.Sequential(
            torch.nn.Linear(13, 32), torch.nn.ReLU(), torch.nn.Linear(32, 3)
        )

    def forward(self, x):
        return self.net(x)

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=0.01)

    def loss_of(self, batch):
        return cross_entropy(self(batch[0]), batch[1])

    def training_step(self, batch, batch_idx):
        loss = self.loss_of(batch)
        self.log("train_loss", loss)
        if "KILL_ME" in os.environ and (self.current_epoch, batch_idx) == (2, 3):
            sign = Path(os.environ["KILL_ME"])
            if not sign.exists():
                sign.touch()
                os.kill(os.getpid(), signal.SIGKILL)
        return loss


@art.models("loaders.Plain.v1")
class Plain(Net):
    def validation_step(self, batch, batch_idx):
        self.log("val_loss", self.loss_of(batch))


@art.models("loaders.List.v1")
class OfList(Net):
    """The number of the loader has no default: Lightning refuses it where there is one loader."""

    def validation_step(self, batch, batch_idx, dataloader_idx):
        self.log("val_loss", self.loss_of(batch))

    def test_step(self, batch, batch_idx, dataloader_idx):
        self.log(f"test_loss_{dataloader_idx}", self.loss_of(batch), add_dataloader_idx=False)


@art.models("loaders.Combined.v1")
class OfCombined(Net):
    """A batch is a dict of two batches."""

    def loss_of(self, batch):
        return sum(super(OfCombined, self).loss_of(batch[name]) for name in batch)

    def validation_step(self, batch, batch_idx):
        self.log("val_loss", self.loss_of(batch))

    def test_step(self, batch, batch_idx):
        self.log("test_loss", self.loss_of(batch))


@art.models("loaders.ByHand.v1")
class ByHand(Plain):
    """Steps by hand, and carries a state from batch to batch."""

    def __init__(self):
        super().__init__()
        self.automatic_optimization = False
        self.hidden = None

    def training_step(self, batch, batch_idx):
        optimizer = self.optimizers()
        optimizer.zero_grad()
        mean = self.net[0].weight.mean()
        drift = 0 if self.hidden is None else 0.01 * (mean - self.hidden) ** 2
        self.manual_backward(self.loss_of(batch) + drift)
        optimizer.step()
        self.hidden = mean.detach()
        return super().training_step(batch, batch_idx)

    def predict_step(self, batch, batch_idx, dataloader_idx=0):
        return self(batch[0]).softmax(1)


@art.models("loaders.Own.v1")
class Own(Plain):
    """Brings its loaders, makes its layers in `configure_model`, and seeds everything itself."""

    def __init__(self):
        super(Net, self).__init__()
        self.save_hyperparameters({"loss": torch.nn.Linear(1, 1)})
        L.seed_everything(3)
        self.net = None

    def configure_model(self):
        if self.net is None:
            self.net = torch.nn.Sequential(
                torch.nn.Linear(13, 32), torch.nn.ReLU(), torch.nn.Linear(32, 3)
            )

    def prepare_data(self):
        load_wine()

    def setup(self, stage):
        self.parts = wine()

    def on_train_epoch_start(self):
        L.seed_everything(4)

    def train_dataloader(self):
        return DataLoader(self.parts[0], batch_size=16, shuffle=True)

    def val_dataloader(self):
        return DataLoader(self.parts[1], batch_size=10)

    def test_dataloader(self):
        return DataLoader(self.parts[2], batch_size=10)

    def test_step(self, batch, batch_idx):
        self.log("test_loss", self.loss_of(batch))


@art.models("loaders.None.v1")
class WithoutLoaders(Plain):
    """No loaders of its own."""
