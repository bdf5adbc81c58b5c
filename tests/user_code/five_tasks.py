"""Data and a plain nn.Module for each of the five tasks, as somebody might bring them."""

import pytorch_lightning as pl
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import art


class Split(pl.LightningDataModule):
    """Tensors in memory: 60 % to train on, 20 % each to validate and to test on."""

    def __init__(self, inputs, targets, batch_size):
        super().__init__()
        self.inputs, self.targets, self.batch_size = inputs, targets, batch_size

    def _part(self, start, stop):
        rows = slice(int(start * len(self.inputs)), int(stop * len(self.inputs)))
        return TensorDataset(self.inputs[rows], self.targets[rows])

    def train_dataloader(self):
        return DataLoader(self._part(0, 0.6), batch_size=self.batch_size, shuffle=True)

    def val_dataloader(self):
        return DataLoader(self._part(0.6, 0.8), batch_size=self.batch_size)

    def test_dataloader(self):
        return DataLoader(self._part(0.8, 1), batch_size=self.batch_size)


def drawn(seed=0):
    return torch.Generator().manual_seed(seed)


@art.data("user.Lights.v1")
def lights(batch_size: int = 16):
    """Images (3, 8, 8) with a bright square in one channel; its channel is the class."""
    labels = torch.randint(0, 3, (200,), generator=drawn(1))
    images = torch.rand(200, 3, 8, 8, generator=drawn()) * 0.3
    images[torch.arange(200), labels, 2:6, 2:6] += 0.6
    return Split(images, labels, batch_size)


@art.models("user.Eyes.v1")
class Eyes(nn.Module):
    def __init__(self, dropout: float = 0.0):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 32, 3), nn.ReLU(), nn.Flatten())
        self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(32 * 36, 3))

    def forward(self, images):
        return self.head(self.body(images))


@art.data("user.Rows.v1")
def rows(batch_size: int = 16):
    """Six columns; the class is whether x0 + x1 * x2 is positive."""
    table = torch.randn(300, 6, generator=drawn())
    return Split(table, (table[:, 0] + table[:, 1] * table[:, 2] > 0).long(), batch_size)


@art.data("user.Amounts.v1")
def amounts(batch_size: int = 16):
    """Six columns; the target is a WHOLE number, of hundreds, that is no class."""
    table = torch.randn(300, 6, generator=drawn())
    return Split(table, (500 + 90 * (table[:, 0] + table[:, 1].abs())).long(), batch_size)


@art.models("user.Columns.v1")
class Columns(nn.Module):
    def __init__(self, data_info, width: int = 64):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(data_info.input_size, width), nn.ReLU())
        self.middle = nn.Sequential(nn.Linear(width, width), nn.ReLU())
        self.head = nn.Linear(width, data_info.output_size)

    def forward(self, table):
        return self.head(self.middle(self.body(table)))


@art.data("user.Tokens.v1")
def tokens(batch_size: int = 16):
    """Token ids (N, 12); one of three words, somewhere in the text, is the class."""
    ids = torch.randint(4, 50, (300, 12), generator=drawn())
    labels = torch.randint(0, 3, (300,), generator=drawn(1))
    ids[torch.arange(300), torch.randint(0, 12, (300,), generator=drawn(2))] = labels + 1
    return Split(ids, labels, batch_size)


@art.models("user.Words.v1")
class Words(nn.Module):
    def __init__(self, width: int = 96):
        super().__init__()
        self.embed = nn.Embedding(50, width)
        self.head = nn.Sequential(nn.Linear(width, 64), nn.ReLU(), nn.Linear(64, 3))

    def forward(self, ids):
        return self.head(self.embed(ids).amax(1))


@art.data("user.Masks.v1")
def masks(batch_size: int = 16):
    """Images (1, 12, 12) with a square that is far darker or far brighter than what is around, and
    masks (12, 12) of where it is; the first row is unlabelled (-100)."""
    images = torch.randn(150, 1, 12, 12, generator=drawn()) * 0.3
    where = torch.zeros(150, 12, 12, dtype=torch.long)
    corners = torch.randint(1, 6, (150, 2), generator=drawn(1)).tolist()
    for index, (row, column) in enumerate(corners):
        square = (index, slice(row, row + 6), slice(column, column + 6))
        images[:, 0][square] += 2 if index % 2 else -2
        where[square] = 1
    where[:, 0] = -100
    return Split(images, where, batch_size)


@art.models("user.Pixels.v1")
class Pixels(nn.Module):
    def __init__(self, width: int = 64):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(1, width, 3, padding=1), nn.ReLU())
        self.head = nn.Conv2d(width, 2, 3, padding=1)

    def forward(self, images):
        return self.head(self.body(images))


@art.models("user.Whole.v1")
class Whole(pl.LightningModule):
    """Brings its own loss and optimizer."""

    def __init__(self):
        super().__init__()
        self.line = nn.Linear(6, 2)

    def forward(self, table):
        return self.line(table)

    def training_step(self, batch, index):
        return nn.functional.cross_entropy(self(batch[0]), batch[1])

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters())
