"""Hard programs: batches that are no arrays with one row a sample."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from sklearn import datasets
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import Dataset

from benchmarks.faults.clean._data import Items
from benchmarks.faults.clean._register import hard
from benchmarks.faults.clean._steps import Steps
from benchmarks.faults.clean.hard.batches.own_names import Cellar
from benchmarks.faults.clean.hard.batches.several_inputs import Words
from benchmarks.faults.clean.hard.losses import mlp


class Clouds:
    """Sets of points of different sizes in one: which set a point is of stands beside it."""

    def __init__(self, items: Any) -> None:
        self.points = torch.cat([points for points, _ in items])
        sizes = torch.tensor([len(points) for points, _ in items])
        self.owner = torch.repeat_interleave(torch.arange(len(items)), sizes)
        self.kind = torch.stack([kind for _, kind in items])

    def to(self, device: Any, **_: Any) -> Clouds:
        """All of it on a device."""
        self.points, self.owner = self.points.to(device), self.owner.to(device)
        self.kind = self.kind.to(device)
        return self


class Sky(Cellar):
    """The dark pixels of digits as sets of points."""

    def read(self) -> tuple[np.ndarray, np.ndarray]:
        found = datasets.load_digits(n_class=4)
        return found.data, found.target

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Dataset[Any]:
        sets = [torch.as_tensor(np.argwhere(row.reshape(8, 8) > 8)).float() / 4 - 1 for row in x]
        return Items(list(zip(sets, self.targets(y), strict=True)))

    def collate(self, items: Any) -> Any:
        return Clouds(items)


@hard("clouds", Sky, epochs=12, kind="")
class OfSets(Steps):
    """The mean over what a network makes of each point."""

    lr = 0.01

    def __init__(self) -> None:
        super().__init__()
        self.points, self.head = mlp(2, 48, 48), mlp(48, 32, 4)

    def forward(self, batch: Clouds) -> Tensor:
        seen, count = self.points(batch.points), len(batch.kind)
        total = torch.zeros(count, seen.shape[1]).index_add(0, batch.owner, seen)
        return self.head(total / torch.bincount(batch.owner, minlength=count).unsqueeze(1))

    def step(self, batch: Clouds) -> Tensor:
        return F.cross_entropy(self(batch), batch.kind)


class Scenes(Words):
    """Images of different sizes with a digit somewhere: lists of images and of targets."""

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Dataset[Any]:
        draw = np.random.default_rng(len(y))
        items = []
        for image, label in zip(x[:400] / 16, y, strict=False):
            height, width = draw.integers(12, 20, 2)
            top, left = draw.integers(0, height - 8), draw.integers(0, width - 8)
            scene = torch.zeros(1, height, width)
            scene[0, top : top + 8, left : left + 8] = torch.as_tensor(image)
            box = torch.tensor([left, top, left + 8, top + 8]).float() / 20
            items.append((scene, {"boxes": box[None], "labels": torch.tensor([label])}))
        return Items(items)

    def collate(self, items: Any) -> Any:
        return tuple(zip(*items, strict=True))


@hard("scenes", Scenes, epochs=6, kind="")
class Detector(Steps):
    """Where the digit is, and which."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, 8, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()
        )
        self.box, self.label = nn.Linear(800, 4), nn.Linear(800, 10)

    def forward(self, images: Any) -> tuple[Tensor, Tensor]:
        padded = [F.pad(one, (0, 20 - one.shape[2], 0, 20 - one.shape[1])) for one in images]
        seen = self.body(torch.stack(padded))
        return self.box(seen), self.label(seen)

    def step(self, batch: Any) -> Tensor:
        images, targets = batch
        boxes, labels = self(images)
        wanted = torch.cat([one["boxes"] for one in targets])
        kinds = torch.cat([one["labels"] for one in targets])
        return F.l1_loss(boxes, wanted) + F.cross_entropy(labels, kinds)
