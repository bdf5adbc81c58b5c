"""Hard programs: splits that are missing, streams, several loaders at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytorch_lightning as pl
import torch
from torch import Tensor
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset, IterableDataset, TensorDataset

from benchmarks.faults.clean import _data as data
from benchmarks.faults.clean._data import Items
from benchmarks.faults.clean._register import hard
from benchmarks.faults.clean._steps import Functional
from benchmarks.faults.clean.hard.losses import mlp


class NoTest(data.Wine):
    """Train and val alone."""

    test_dataloader = pl.LightningDataModule.test_dataloader


class TrainAlone(NoTest):
    """Train alone."""

    val_dataloader = pl.LightningDataModule.val_dataloader


@hard("train_and_val", NoTest)
@hard("train_alone", TrainAlone)
class WineNet(Functional):
    """An ordinary network."""

    def __init__(self) -> None:
        super().__init__()
        self.net = mlp(13, 16, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


class Stream(IterableDataset[Any]):
    """Rows one after the other, in a new order each time."""

    def __init__(self, rows: Dataset[Any], shuffled: bool) -> None:
        self.rows, self.shuffled = rows, shuffled

    def __iter__(self) -> Iterator[Any]:
        count = len(self.rows)  # type: ignore[arg-type]
        order = torch.randperm(count) if self.shuffled else torch.arange(count)
        return (self.rows[int(index)] for index in order)


class Streamed(data.Wine):
    """Data sets that can be iterated alone."""

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Dataset[Any]:
        return Stream(super().dataset(x, y, split), split == "train")

    def train_dataloader(self) -> DataLoader[Any]:
        return DataLoader(self.splits["train"], self.batch_size)


hard("stream", Streamed)(type("StreamNet", (WineNet,), {}))


class Together(data.Pixels):
    """A loader of labelled and one of unlabelled digits, together."""

    def train_dataloader(self) -> Any:
        images, labels = self.splits["train"].tensors
        few = TensorDataset(images[:400], labels[:400])
        return {
            "labelled": DataLoader(few, 32, shuffle=True),
            "unlabelled": DataLoader(Items(images[400:]), 64, shuffle=True),
        }


@hard("two_loaders", Together, epochs=8)
class SemiSupervised(Functional):
    """Learns from labels, and to be sure where there are none."""

    def __init__(self) -> None:
        super().__init__()
        self.net = mlp(64, 64, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        x, y = batch["labelled"]
        unsure = torch.distributions.Categorical(logits=self(batch["unlabelled"])).entropy()
        loss = F.cross_entropy(self(x), y) + 0.05 * unsure.mean()
        self.log("train_loss", loss)
        return loss
