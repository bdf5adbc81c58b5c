"""Data modules of the clean programs: real data, split first, scalers fitted on train."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytorch_lightning as pl
import torch
from sklearn import datasets
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, TensorDataset


class Splits(pl.LightningDataModule):
    """Arrays in memory, split at random, by class where the targets are classes."""

    batch_size = 32
    shuffle = True
    drop_last = False
    stratified = True
    held = (0.2, 0.2)
    seed = 7

    def read(self) -> tuple[np.ndarray, np.ndarray]:
        """Raw inputs and targets."""
        raise NotImplementedError

    def rows(self, y: np.ndarray) -> list[np.ndarray]:
        """The rows of train, val and test."""
        val, test = self.held
        every = np.arange(len(y))
        by = y if self.stratified else None
        rest, last = train_test_split(every, test_size=test, random_state=self.seed, stratify=by)
        by = y[rest] if self.stratified else None
        size = val / (1 - test)
        first, middle = train_test_split(rest, test_size=size, random_state=self.seed, stratify=by)
        return [first, middle, last]

    def fit(self, x: np.ndarray, y: np.ndarray) -> None:
        """Learn of the training split what `inputs` and `targets` need."""

    def inputs(self, x: np.ndarray) -> Tensor:
        """What the model takes."""
        return torch.as_tensor(x, dtype=torch.float32)

    def targets(self, y: np.ndarray) -> Tensor:
        """What the loss takes."""
        return torch.as_tensor(y).long()

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Dataset[Any]:
        """One split."""
        return TensorDataset(self.inputs(x), self.targets(y))

    def setup(self, stage: str | None = None) -> None:
        """Split, fit on train, make the data sets."""
        x, y = self.read()
        rows = self.rows(y)
        self.fit(x[rows[0]], y[rows[0]])
        names = ("train", "val", "test")
        self.splits = {
            name: self.dataset(x[part], y[part], name)
            for name, part in zip(names, rows, strict=True)
        }

    def train_dataloader(self) -> DataLoader[Any]:
        """Train."""
        return DataLoader(
            self.splits["train"], self.batch_size, shuffle=self.shuffle, drop_last=self.drop_last
        )

    def val_dataloader(self) -> DataLoader[Any]:
        """Val."""
        return DataLoader(self.splits["val"], self.batch_size)

    def test_dataloader(self) -> DataLoader[Any]:
        """Test."""
        return DataLoader(self.splits["test"], self.batch_size)


class Standardised(Splits):
    """A table whose columns are standardised by the training split."""

    def fit(self, x: np.ndarray, y: np.ndarray) -> None:
        self.scaler = StandardScaler().fit(x)

    def inputs(self, x: np.ndarray) -> Tensor:
        return torch.as_tensor(self.scaler.transform(x), dtype=torch.float32)


class Iris(Standardised):
    """150 flowers, 4 columns, 3 classes."""

    batch_size = 16

    def read(self) -> tuple[np.ndarray, np.ndarray]:
        return datasets.load_iris(return_X_y=True)


class Wine(Standardised):
    """178 wines, 13 columns, 3 classes."""

    batch_size = 16

    def read(self) -> tuple[np.ndarray, np.ndarray]:
        return datasets.load_wine(return_X_y=True)


class Cancer(Standardised):
    """569 tumours, 30 columns, 2 classes."""

    drop_last = True

    def read(self) -> tuple[np.ndarray, np.ndarray]:
        return datasets.load_breast_cancer(return_X_y=True)


class CancerFloat(Cancer):
    """The classes as numbers `(n,)`, for a binary cross-entropy."""

    def targets(self, y: np.ndarray) -> Tensor:
        return torch.as_tensor(y, dtype=torch.float32)


class Diabetes(Standardised):
    """442 patients, 10 columns, a number; both sides standardised by train."""

    stratified = False

    def read(self) -> tuple[np.ndarray, np.ndarray]:
        return datasets.load_diabetes(return_X_y=True, scaled=False)

    def fit(self, x: np.ndarray, y: np.ndarray) -> None:
        super().fit(x, y)
        self.mean, self.std = y.mean(), y.std()

    def targets(self, y: np.ndarray) -> Tensor:
        return torch.as_tensor((y - self.mean) / self.std, dtype=torch.float32)


class DiabetesColumn(Diabetes):
    """Targets `(n, 1)`."""

    def targets(self, y: np.ndarray) -> Tensor:
        return super().targets(y).unsqueeze(1)


class Images(Splits):
    """1,797 digits as `(1, 8, 8)` in 0..1."""

    batch_size = 64

    def read(self) -> tuple[np.ndarray, np.ndarray]:
        found = datasets.load_digits()
        return found.images, found.target

    def inputs(self, x: np.ndarray) -> Tensor:
        return torch.as_tensor(x, dtype=torch.float32).unsqueeze(1) / 16


class Pixels(Images):
    """The digits as 64 numbers in 0..1."""

    def inputs(self, x: np.ndarray) -> Tensor:
        return torch.as_tensor(x, dtype=torch.float32).flatten(1) / 16


class Rows(Images):
    """The digits as sequences of 8 rows of 8 numbers, `(8, 8)`, in -1..1."""

    def inputs(self, x: np.ndarray) -> Tensor:
        return torch.as_tensor(x, dtype=torch.float32) / 8 - 1


class Items(Dataset[Any]):
    """Items as they are given."""

    def __init__(self, items: Any) -> None:
        self.items = items

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> Any:
        return self.items[index]
