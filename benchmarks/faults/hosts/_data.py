"""A data module over arrays in memory: splits them, fits what it fits on train, loads batches."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytorch_lightning as pl
import torch
from sklearn.model_selection import train_test_split
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, TensorDataset


class ArraysData(pl.LightningDataModule):
    """Splits raw arrays into train, val and test.

    Attributes:
        batch_size: samples a batch.
        sizes: samples in val and in test.
        stratified: whether the classes are spread evenly over the splits.
        shuffle: whether the training loader shuffles.
        drop_last: whether the training loader drops a batch that is not full.
    """

    batch_size = 32
    sizes = (250, 250)
    stratified = True
    shuffle = True
    drop_last = False

    def load(self) -> tuple[np.ndarray, np.ndarray]:
        """Raw inputs `(n, ...)` and targets `(n,)`."""
        raise NotImplementedError

    def fit(self, inputs: np.ndarray, targets: np.ndarray) -> None:
        """Learn what `preprocess` needs, of the training split."""

    def preprocess(self, inputs: np.ndarray) -> Tensor:
        """Raw inputs `(n, ...)` as the model takes them."""
        raise NotImplementedError

    def encode(self, targets: np.ndarray) -> Tensor:
        """Raw targets as the loss takes them."""
        return torch.from_numpy(targets).long()

    def dataset(self, inputs: np.ndarray, targets: np.ndarray) -> Dataset[Any]:
        """A split's data set."""
        return TensorDataset(self.preprocess(inputs), self.encode(targets))

    def split(self, targets: np.ndarray) -> dict[str, np.ndarray]:
        """The rows of train, val and test."""
        val, test = self.sizes
        classes = targets if self.stratified else None
        rest, test_rows = train_test_split(
            np.arange(len(targets)), test_size=test, random_state=0, stratify=classes
        )
        train_rows, val_rows = train_test_split(
            rest, test_size=val, random_state=0, stratify=targets[rest] if self.stratified else None
        )
        return {"train": train_rows, "val": val_rows, "test": test_rows}

    def setup(self, stage: str | None = None) -> None:
        """Read, split, fit on train, and make the data sets."""
        inputs, targets = self.load()
        rows = self.split(targets)
        self.fit(inputs[rows["train"]], targets[rows["train"]])
        self.train, self.val, self.test = (
            self.dataset(inputs[rows[name]], targets[rows[name]])
            for name in ("train", "val", "test")
        )

    def loader(self, dataset: Dataset[Any], **settings: Any) -> DataLoader[Any]:
        """A loader of a data set."""
        return DataLoader(dataset, batch_size=self.batch_size, **settings)

    def train_dataloader(self) -> DataLoader[Any]:
        """The training split, in a new order each epoch."""
        return self.loader(self.train, shuffle=self.shuffle, drop_last=self.drop_last)

    def val_dataloader(self) -> DataLoader[Any]:
        """The validation split."""
        return self.loader(self.val)

    def test_dataloader(self) -> DataLoader[Any]:
        """The test split."""
        return self.loader(self.test)
