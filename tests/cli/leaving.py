"""A program that raises SystemExit or an error of its own below BaseException where it is told."""

import os

import pytorch_lightning as pl
import torch
from torch.utils.data import DataLoader, Dataset

import art


class Stop(BaseException):
    """No `Exception`."""


def leave(place):
    at, _, how = os.environ.get("LEAVE", "").partition(":")
    if at == place:
        raise SystemExit(0) if how == "exit" else Stop("enough")


leave("import")


class Rows(Dataset):
    def __len__(self):
        return 32

    def __getitem__(self, index):
        leave("item")
        row = torch.randn(4, generator=torch.Generator().manual_seed(index))
        return row, (row.sum() > 0).long()


@art.data("leaving.Rows.v1")
class Data(pl.LightningDataModule):
    def train_dataloader(self):
        return DataLoader(Rows(), batch_size=16)

    val_dataloader = train_dataloader


@art.models("leaving.Net.v1")
class Net(pl.LightningModule):
    def __init__(self):
        super().__init__()
        leave("model")
        self.net = torch.nn.Linear(4, 2)

    def forward(self, x):
        return self.net(x)

    def training_step(self, batch, index):
        leave("step")
        return torch.nn.functional.cross_entropy(self(batch[0]), batch[1])

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters())


@art.loggers("leaving.Log.v1")
class Log(art.Logger):
    def probe(self):
        leave("tracker")

    def log(self, rows):
        leave("log")
