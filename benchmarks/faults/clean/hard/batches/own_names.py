"""Hard programs: batches with names of their own, in dicts, named tuples and dataclasses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset

from benchmarks.faults.clean import _data as data
from benchmarks.faults.clean._data import Items
from benchmarks.faults.clean._register import hard
from benchmarks.faults.clean._steps import Steps
from benchmarks.faults.clean.hard.losses import mlp


class Signals(data.Diabetes):
    """`{"signal": ..., "price": ...}`."""

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Dataset[Any]:
        pairs = zip(self.inputs(x), self.targets(y), strict=True)
        return Items([{"signal": row, "price": number} for row, number in pairs])


@hard("own_keys", Signals, kind="regression")
class Priced(Steps):
    """Batches with keys that nobody knows."""

    def __init__(self) -> None:
        super().__init__()
        self.net = mlp(10, 16, 1)

    def forward(self, signal: Tensor) -> Tensor:
        return self.net(signal).squeeze(1)

    def step(self, batch: Any) -> Tensor:
        return F.mse_loss(self(batch["signal"]), batch["price"])


class TwoTargets(data.Diabetes):
    """`{"x": ..., "y1": ..., "y2": ...}`."""

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Dataset[Any]:
        numbers = self.targets(y)
        rows = zip(self.inputs(x), numbers, (numbers > 0).long(), strict=True)
        return Items([{"x": row, "y1": number, "y2": kind} for row, number, kind in rows])


@hard("two_targets", TwoTargets, kind="")
class TwoHeads(Steps):
    """A number and a class of one input."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(10, 24), nn.ReLU())
        self.number, self.kind = nn.Linear(24, 1), nn.Linear(24, 2)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        seen = self.body(x)
        return self.number(seen).squeeze(1), self.kind(seen)

    def step(self, batch: Any) -> Tensor:
        number, kind = self(batch["x"])
        return F.mse_loss(number, batch["y1"]) + F.cross_entropy(kind, batch["y2"])


class Flower(NamedTuple):
    """A batch of flowers."""

    measures: Tensor
    species: Tensor


class Flowers(data.Iris):
    """Batches are named tuples."""

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Dataset[Any]:
        return Items([Flower(*row) for row in zip(self.inputs(x), self.targets(y), strict=True)])


@hard("named_tuple", Flowers)
class OfFlowers(Steps):
    """Batches are named tuples."""

    lr = 0.01

    def __init__(self) -> None:
        super().__init__()
        self.net = mlp(4, 16, 3)

    def forward(self, measures: Tensor) -> Tensor:
        return self.net(measures)

    def step(self, batch: Any) -> Tensor:
        return F.cross_entropy(self(batch.measures), batch.species)


@dataclass
class Wines:
    """A batch of wines."""

    columns: Tensor
    kind: Tensor


class Cellar(data.Wine):
    """Batches are dataclasses."""

    def collate(self, items: Any) -> Any:
        """The items of a batch, stacked."""
        return Wines(*map(torch.stack, zip(*items, strict=True)))

    def train_dataloader(self) -> DataLoader[Any]:
        return DataLoader(self.splits["train"], 16, shuffle=True, collate_fn=self.collate)

    def val_dataloader(self) -> DataLoader[Any]:
        return DataLoader(self.splits["val"], 16, collate_fn=self.collate)

    def test_dataloader(self) -> DataLoader[Any]:
        return DataLoader(self.splits["test"], 16, collate_fn=self.collate)


@hard("data_class", Cellar)
class OfWines(Steps):
    """`forward` takes the whole batch."""

    def __init__(self) -> None:
        super().__init__()
        self.net = mlp(13, 16, 3)

    def forward(self, batch: Wines) -> Tensor:
        return self.net(batch.columns)

    def step(self, batch: Wines) -> Tensor:
        return F.cross_entropy(self(batch), batch.kind)
