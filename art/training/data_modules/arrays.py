"""A data module over what fits into memory: read once, split, scaled, and given out by batches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

from art.errors import DataError
from art.training.data_modules.loaders import TensorLoader
from art.training.data_modules.scaling import Encoder
from art.training.data_modules.splitting import split_indices
from art.training.data_modules.token_ids import ids_in
from art.training.namespaces import pl

EVAL_BATCH = 1024
"""Samples in a batch where nothing is learnt: large, since only speed depends on it."""


@dataclass
class Loaded:
    """What was read.

    Attributes:
        inputs: `(N, ...)`, or anything that has a length and takes an array of indices.
        targets: `(N,)` class indices, `(N, ...)` masks, or `(N,)` / `(N, D)` numbers.
        encoder: turns inputs into numbers.
        class_names: one a class; empty for a regression.
        test: inputs and targets of a test split that comes apart from the rest.
        reader: the block of `@readers` that reads such inputs from a file, without what the encoder
            learns; empty where no file is read.
    """

    inputs: Any
    targets: np.ndarray
    encoder: Encoder
    class_names: tuple[str, ...] = ()
    test: tuple[Any, np.ndarray] | None = None
    reader: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Splitting:
    """How to split.

    Attributes:
        val: share of the whole that is validated on; 0 for none.
        test: share of the whole that is kept for the end; 0 for none, or where it comes apart.
        seed: the splits are a function of it alone.
    """

    val: float = 0.15
    test: float = 0.15
    seed: int = 0


class ArrayDataModule(pl.LightningDataModule):
    """A data module over arrays.

    Reads at `setup`, once, and keeps one tensor of inputs and one of targets a split. Everything
    learnt from the data, such as a scale, is learnt from the training split. Classes keep their
    shares in every split.

    Args:
        read: reads the data.
        splitting: how to split it.
        batch_size: samples in a training batch; the other splits come in larger ones.

    Attributes:
        seed: the order of the training batches is a function of it and the epoch; may be set.
        kind: `classification` or `regression`, known after `setup`.
        class_names: one a class, known after `setup`; empty for a regression.
        num_classes: their number.
        feature_names: names of the input's columns, known after `setup`.
        vocabulary: the words of token ids, known after `setup`; empty where they have none.
        vocabulary_size: how many token ids there are, known after `setup`; 0 where the inputs
            are none.
        prepared: what was made of each column, known after `setup`; see `DataInfo`.
        reader: the block of `@readers` that reads inputs from a file as these were read, known
            after `setup`; empty where there is none.
    """

    def __init__(self, read: Callable[[], Loaded], splitting: Splitting, batch_size: int) -> None:
        super().__init__()
        self.batch_size = batch_size
        self.splitting = splitting
        self.seed = 0
        self.kind = ""
        self.class_names: tuple[str, ...] = ()
        self.feature_names: tuple[str, ...] = ()
        self.vocabulary: tuple[str, ...] = ()
        self.vocabulary_size = 0
        self.prepared: tuple[tuple[str, str, int, str], ...] = ()
        self.reader: dict[str, Any] = {}
        self._filling: int | None = None
        self._read = read
        self._tensors: dict[str, tuple[Tensor, Tensor]] = {}
        self._loaders: dict[str, TensorLoader] = {}

    @property
    def num_classes(self) -> int:
        """Classes; 0 for a regression."""
        return len(self.class_names)

    def setup(self, stage: str | None = None) -> None:
        """Read, split and scale; only the first call does anything.

        Raises:
            DataError: there is no data, one class only, or too little for the splits.
        """
        if self._tensors:
            return
        loaded = self._read()
        if len(loaded.targets) == 0:
            raise DataError("the data set is empty.")
        self.kind = "regression" if loaded.targets.dtype.kind == "f" else "classification"
        self.class_names = loaded.class_names
        encoder = loaded.encoder
        for split, (inputs, targets) in self._split(loaded).items():  # train comes first
            if split == "train":
                encoder.fit(inputs)
            self._tensors[split] = (
                torch.from_numpy(np.ascontiguousarray(encoder.transform(inputs))),
                torch.from_numpy(np.ascontiguousarray(targets)),
            )
        self.feature_names = encoder.feature_names
        self.prepared = tuple(getattr(encoder, "prepared", ()))
        self.vocabulary = tuple(getattr(encoder, "vocabulary", ()))
        self.vocabulary_size = len(self.vocabulary) or max(
            ids_in(inputs) for inputs, _ in self._tensors.values()
        )
        self._filling = getattr(encoder, "filling", None)
        if loaded.reader:
            self.reader = {**loaded.reader, **encoder.learnt()}

    def _split(self, loaded: Loaded) -> dict[str, tuple[Any, np.ndarray]]:
        fractions = {"test": self.splitting.test, "val": self.splitting.val}
        stratify = self.kind == "classification" and loaded.targets.ndim == 1
        indices = split_indices(
            loaded.targets,
            fractions,
            self.splitting.seed,
            stratify=stratify,
            names=loaded.class_names,
        )
        splits = {
            name: (loaded.inputs[rows], loaded.targets[rows]) for name, rows in indices.items()
        }
        if loaded.test is not None:
            splits["test"] = loaded.test
        return splits

    def train_dataloader(self) -> TensorLoader:
        """Batches of the training split, in a new order each epoch."""
        return self._loader("train", self.batch_size, shuffle=True)

    def val_dataloader(self) -> TensorLoader | list[Any]:
        """Batches of the validation split, in order; an empty list where there is none."""
        return self._eval_loader("val")

    def test_dataloader(self) -> TensorLoader | list[Any]:
        """Batches of the test split, in order; an empty list where there is none."""
        return self._eval_loader("test")

    def _eval_loader(self, split: str) -> TensorLoader | list[Any]:
        self.setup()
        if split not in self._tensors:
            return []
        return self._loader(split, max(self.batch_size, EVAL_BATCH), shuffle=False)

    def _loader(self, split: str, batch_size: int, *, shuffle: bool) -> TensorLoader:
        """One loader a split: whoever sets its epoch sets it for all who asked for it."""
        self.setup()
        loader = self._loaders.get(split)
        if loader is None or (loader.seed, loader.batch_size) != (self.seed, batch_size):
            inputs, targets = self._tensors[split]
            loader = TensorLoader(
                inputs,
                targets,
                batch_size,
                shuffle=shuffle,
                seed=self.seed,
                filling=self._filling,
            )
            self._loaders[split] = loader
        return loader
