"""Plain programs whose training is of a kind of its own."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from pytorch_lightning.callbacks import EarlyStopping, ModelCheckpoint
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import Dataset

from benchmarks.faults.clean import _data as data
from benchmarks.faults.clean._register import plain
from benchmarks.faults.clean._steps import Functional, Objects


@plain("manual_clipped", data.Pixels, epochs=12)
class ManualClipped(Objects):
    """Manual optimization with clipping and an exponential schedule by epoch."""

    def __init__(self) -> None:
        super().__init__()
        self.automatic_optimization = False
        self.net = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)

    def training_step(self, batch: Any, batch_idx: int) -> None:
        x, y = batch
        optimizer = self.optimizers()
        loss = self.criterion(self(x), y)
        optimizer.zero_grad()
        self.manual_backward(loss)
        nn.utils.clip_grad_norm_(self.parameters(), 1.0)
        optimizer.step()
        self.log("train/loss", loss)

    def on_train_epoch_end(self) -> None:
        self.lr_schedulers().step()

    def configure_optimizers(self) -> Any:
        optimizer = torch.optim.Adam(self.parameters(), lr=0.005)
        return [optimizer], [torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.9)]


@plain("two_optimizers", data.Images, epochs=10)
class TwoOptimizers(Functional):
    """One optimizer for the body and one for the head, stepped by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.automatic_optimization = False
        self.body = nn.Sequential(nn.Flatten(), nn.Linear(64, 64), nn.GELU())
        self.head = nn.Linear(64, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.body(x))

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        x, y = batch
        loss = F.cross_entropy(self(x), y)
        for optimizer in self.optimizers():
            optimizer.zero_grad()
        self.manual_backward(loss)
        for optimizer in self.optimizers():
            optimizer.step()
        self.log("train_loss", loss)
        return loss

    def configure_optimizers(self) -> Any:
        return (
            torch.optim.Adam(self.body.parameters(), lr=0.002),
            torch.optim.SGD(self.head.parameters(), lr=0.1, momentum=0.9),
        )


@plain("callbacks_best_kept", data.Pixels, epochs=15)
class WithCallbacks(Functional):
    """Brings early stopping on the loss and a checkpoint of the best accuracy."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(64, 40), nn.Tanh(), nn.Linear(40, 10))

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)

    def configure_callbacks(self) -> Any:
        return [
            EarlyStopping("val_loss", mode="min", patience=5),
            ModelCheckpoint(monitor="val_acc", mode="max"),
        ]


class DigitAndParity(Dataset[Any]):
    """An image, its digit, and whether it is odd."""

    def __init__(self, x: Tensor, y: Tensor) -> None:
        self.x, self.y = x, y

    def __len__(self) -> int:
        return len(self.y)

    def __getitem__(self, index: int) -> dict[str, Tensor]:
        digit = self.y[index]
        return {"image": self.x[index], "label": digit, "odd": (digit % 2).float()}


class TwoTasks(data.Images):
    """Dict batches with two targets."""

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Dataset[Any]:
        return DigitAndParity(self.inputs(x), self.targets(y))


@plain("multi_task", TwoTasks, epochs=10)
class MultiTask(Functional):
    """Two heads on one body; the losses are weighted and added."""

    lr = 0.005

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(1, 16, 3), nn.ReLU(), nn.Flatten(), nn.Linear(576, 48))
        self.digit, self.odd = nn.Linear(48, 10), nn.Linear(48, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        hidden = F.relu(self.body(x))
        return self.digit(hidden), self.odd(hidden).squeeze(1)

    def losses(self, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
        """The weighted sum, and the logits of the digits."""
        digit, odd = self(batch["image"])
        second = F.binary_cross_entropy_with_logits(odd, batch["odd"])
        return F.cross_entropy(digit, batch["label"]) + 0.5 * second, digit

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        loss, _ = self.losses(batch)
        self.log("train_loss", loss)
        return loss

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        loss, digit = self.losses(batch)
        self.log("val_loss", loss)
        self.log("val_acc", (digit.argmax(1) == batch["label"]).float().mean())

    def test_step(self, batch: Any, batch_idx: int) -> None:
        _, digit = self.losses(batch)
        self.log("test_acc", (digit.argmax(1) == batch["label"]).float().mean())


class Jittered(Dataset[Any]):
    """Images that are moved by a pixel and made noisy each time they are read."""

    def __init__(self, x: Tensor, y: Tensor) -> None:
        self.x, self.y = x, y

    def __len__(self) -> int:
        return len(self.y)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        down, right = torch.randint(0, 3, (2,)).tolist()
        image = F.pad(self.x[index], (1, 1, 1, 1))[:, down : down + 8, right : right + 8]
        return image + 0.05 * torch.randn_like(image), self.y[index]


class Augmented(data.Images):
    """Augments the training split alone."""

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Dataset[Any]:
        if split == "train":
            return Jittered(self.inputs(x), self.targets(y))
        return super().dataset(x, y, split)


@plain("augmented_train", Augmented, epochs=10)
class AugmentedNet(Objects):
    """A convolutional network on augmented images."""

    lr = 0.005

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
            nn.Linear(128, 10),
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)
