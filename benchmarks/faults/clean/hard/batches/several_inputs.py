"""Hard programs: inputs of several parts, padded sequences, pairs and triplets."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from sklearn import datasets
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_sequence
from torch.utils.data import DataLoader, Dataset, TensorDataset

from benchmarks.faults.clean import _data as data
from benchmarks.faults.clean._data import Items
from benchmarks.faults.clean._register import hard
from benchmarks.faults.clean._steps import Functional, Steps
from benchmarks.faults.clean.hard.losses import mlp


class NumbersAndCodes(data.Standardised):
    """Numbers and coded categories: a batch is `((numbers, codes), target)`."""

    def read(self) -> tuple[np.ndarray, np.ndarray]:
        return datasets.load_breast_cancer(return_X_y=True)

    def fit(self, x: np.ndarray, y: np.ndarray) -> None:
        super().fit(x, y)
        self.edges = np.quantile(x[:, :4], [0.25, 0.5, 0.75], axis=0)

    def codes(self, x: np.ndarray) -> Tensor:
        """Four columns as quarters, 0..3."""
        found = [np.digitize(x[:, place], self.edges[:, place]) for place in range(4)]
        return torch.as_tensor(np.stack(found, axis=1)).long()

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Dataset[Any]:
        numbers = self.inputs(x)[:, 4:]
        return Items(
            [((a, b), c) for a, b, c in zip(numbers, self.codes(x), self.targets(y), strict=True)]
        )


class Mixed(Functional):
    """Numbers, and an embedding of each category."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(4, 3)
        self.net = mlp(38, 24, 2)

    def forward(self, inputs: Any) -> Tensor:
        numbers, codes = inputs
        return self.net(torch.cat([numbers, self.embed(codes).flatten(1)], dim=1))


hard("numbers_and_codes", NumbersAndCodes, epochs=12)(Mixed)


class FlatNumbersAndCodes(NumbersAndCodes):
    """A batch is `(numbers, codes, target)`."""

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Dataset[Any]:
        return TensorDataset(self.inputs(x)[:, 4:], self.codes(x), self.targets(y))


@hard("numbers_codes_target", FlatNumbersAndCodes, epochs=12)
class MixedFlat(Steps):
    """`forward` takes both."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(4, 3)
        self.net = mlp(38, 24, 2)

    def forward(self, numbers: Tensor, codes: Tensor) -> Tensor:
        return self.net(torch.cat([numbers, self.embed(codes).flatten(1)], dim=1))

    def step(self, batch: Any) -> Tensor:
        numbers, codes, y = batch
        return F.cross_entropy(self(numbers, codes), y)


class Words(data.Pixels):
    """Sequences of 8 to 32 tokens: a batch is `({"ids": ..., "mask": ...}, target)`."""

    def inputs(self, x: np.ndarray) -> Tensor:
        return torch.as_tensor(x).flatten(1).long() + 1

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Dataset[Any]:
        draw = np.random.default_rng(len(y))
        ends = draw.integers(40, 65, len(y))
        items = [row[:end] for row, end in zip(self.inputs(x), ends, strict=True)]
        return Items(list(zip(items, self.targets(y), strict=True)))

    def collate(self, items: Any) -> Any:
        """Padded to the longest of the batch."""
        ids = pad_sequence([row for row, _ in items], batch_first=True)
        return {"ids": ids, "mask": ids != 0}, torch.stack([y for _, y in items])

    def train_dataloader(self) -> DataLoader[Any]:
        return DataLoader(self.splits["train"], 64, shuffle=True, collate_fn=self.collate)

    def val_dataloader(self) -> DataLoader[Any]:
        return DataLoader(self.splits["val"], 64, collate_fn=self.collate)

    def test_dataloader(self) -> DataLoader[Any]:
        return DataLoader(self.splits["test"], 64, collate_fn=self.collate)


class Pooled(Functional):
    """Embeddings of tokens and places, averaged over what is not padding."""

    lr = 0.01

    def __init__(self) -> None:
        super().__init__()
        self.embed, self.places = nn.Embedding(18, 24, padding_idx=0), nn.Embedding(64, 24)
        self.net = mlp(24, 32, 24)
        self.head = nn.Linear(24, 10)

    def forward(self, inputs: Any) -> Tensor:
        ids, mask = inputs["ids"], inputs["mask"].unsqueeze(2)
        seen = self.net(self.embed(ids) + self.places(torch.arange(ids.shape[1])))
        return self.head((seen * mask).sum(1) / mask.sum(1))


hard("ids_and_mask", Words, epochs=15)(Pooled)


class Lengths(Words):
    """A batch is `(padded, lengths, target)`."""

    def collate(self, items: Any) -> Any:
        inputs, y = super().collate(items)
        return inputs["ids"], inputs["mask"].sum(1), y


@hard("lengths", Lengths, epochs=8)
class Recurrent(Steps):
    """Reads as far as a sequence goes."""

    lr = 0.01

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(18, 16, padding_idx=0)
        self.net = nn.GRU(16, 48, batch_first=True)
        self.head = nn.Linear(48, 10)

    def forward(self, padded: Tensor, lengths: Tensor) -> Tensor:
        packed = pack_padded_sequence(
            self.embed(padded), lengths.cpu(), batch_first=True, enforce_sorted=False
        )
        return self.head(self.net(packed)[1][-1])

    def step(self, batch: Any) -> Tensor:
        padded, lengths, y = batch
        return F.cross_entropy(self(padded, lengths), y)


class Pairs(data.Pixels):
    """Two digits, and whether they are the same: a batch is `((a, b), same)`."""

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Dataset[Any]:
        draw = np.random.default_rng(len(y))
        count = 2000 if split == "train" else 400
        left = draw.integers(0, len(y), count)
        right = np.array(
            [draw.choice(np.flatnonzero((y == y[one]) == (n % 2))) for n, one in enumerate(left)]
        )
        same = torch.as_tensor(y[left] == y[right]).float()
        rows = self.inputs(x)
        return Items([((a, b), c) for a, b, c in zip(rows[left], rows[right], same, strict=True)])


@hard("pairs", Pairs, epochs=12, kind="")
class Siamese(Steps):
    """One network sees both."""

    def __init__(self) -> None:
        super().__init__()
        self.net = mlp(64, 64, 16)
        self.head = nn.Linear(16, 1)

    def forward(self, one: Tensor, other: Tensor) -> Tensor:
        return self.head((self.net(one) - self.net(other)).abs()).squeeze(1)

    def step(self, batch: Any) -> Tensor:
        (one, other), same = batch
        return F.binary_cross_entropy_with_logits(self(one, other), same)


class Triplets(data.Pixels):
    """A digit, another of the same kind, and one of another: a batch is three tensors."""

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Dataset[Any]:
        draw = np.random.default_rng(len(y))
        alike = [draw.choice(np.flatnonzero(y == own)) for own in y]
        other = [draw.choice(np.flatnonzero(y != own)) for own in y]
        rows = self.inputs(x)
        return TensorDataset(rows, rows[alike], rows[other])


@hard("triplets", Triplets, epochs=8, kind="")
class Metric(Steps):
    """The margin between two distances."""

    def __init__(self) -> None:
        super().__init__()
        self.net = mlp(64, 64, 16)

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)

    def step(self, batch: Any) -> Tensor:
        return F.triplet_margin_loss(*(self(part) for part in batch))
