"""Hard programs: batches, schedules, averages, order, and steps that look wrong at first sight."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import Dataset

from benchmarks.faults.clean import _data as data
from benchmarks.faults.clean._register import hard
from benchmarks.faults.clean._steps import Functional, Numbers, Objects
from benchmarks.faults.clean.hard.losses import mlp


@hard("accumulated_manual", data.Pixels, epochs=20)
class AccumulatedManual(Functional):
    """Four batches a step, by hand; what is left at the end of an epoch is stepped as well."""

    lr = 0.01
    every = 4

    def __init__(self) -> None:
        super().__init__()
        self.automatic_optimization = False
        self.net = mlp(64, 64, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)

    def training_step(self, batch: Any, batch_idx: int) -> None:
        x, y = batch
        loss = self.loss(self(x), y)
        self.manual_backward(loss / self.every)
        if (batch_idx + 1) % self.every == 0 or self.trainer.is_last_batch:
            self.optimizers().step()
            self.optimizers().zero_grad()
        self.log("train_loss", loss)


@hard(
    "accumulated_by_trainer",
    data.Pixels,
    epochs=20,
    sections={"training": {"accumulate_grad_batches": 4}},
)
class AccumulatedByTrainer(Objects):
    """Lightning adds up four batches."""

    lr = 0.01

    def __init__(self) -> None:
        super().__init__()
        self.net = mlp(64, 64, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


class WineByThree(data.Wine):
    """Three samples a batch."""

    batch_size = 3


@hard("tiny_batches", WineByThree, epochs=10)
class TinyBatches(Functional):
    """Three samples a step, a low rate."""

    lr = 0.001

    def __init__(self) -> None:
        super().__init__()
        self.net = mlp(13, 24, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


class WineAtOnce(data.Wine):
    """All samples in one batch: nothing to shuffle."""

    batch_size = 1000
    shuffle = False


@hard("full_batch", WineAtOnce, epochs=100)
class FullBatch(Functional):
    """One step an epoch."""

    lr = 0.02

    def __init__(self) -> None:
        super().__init__()
        self.net = mlp(13, 24, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


@hard("huge_dropout", data.Pixels, epochs=25)
class HugeDropout(Objects):
    """Four of five hidden units are dropped."""

    lr = 0.005

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(64, 256), nn.ReLU(), nn.Dropout(0.8), nn.Linear(256, 10))

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


@hard("input_dropout", data.Cancer, epochs=20)
class InputDropout(Functional):
    """Measurements are dropped at the input."""

    def __init__(self) -> None:
        super().__init__()
        self.drop = nn.Dropout(0.3)
        self.net = mlp(30, 32, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.net(self.drop(x))


@hard("averaged_weights", data.Pixels, epochs=15)
class Averaged(Functional):
    """Validates and tests the moving average of its weights."""

    lr = 0.01

    def __init__(self) -> None:
        super().__init__()
        self.net = mlp(64, 64, 10)
        average = torch.optim.swa_utils.get_ema_multi_avg_fn(0.95)
        self.average = torch.optim.swa_utils.AveragedModel(self.net, multi_avg_fn=average)
        self.average.requires_grad_(False)

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x) if self.training else self.average(x)

    def on_train_batch_end(self, *args: Any) -> None:
        self.average.update_parameters(self.net)

    def configure_optimizers(self) -> Any:
        return torch.optim.Adam(self.net.parameters(), lr=self.lr)


class Series(data.Splits):
    """A daily rhythm with memory: 16 values foretell the next; past, then present, then future.

    Windows of two splits do not touch, and nothing is shuffled.
    """

    shuffle = False
    window = 16
    time: Tensor

    def read(self) -> tuple[np.ndarray, np.ndarray]:
        draw = np.random.default_rng(10)
        values, noise = np.zeros(1600), draw.normal(0, 1, 1600)
        for t in range(2, 1600):
            rhythm = 0.5 * np.sin(2 * np.pi * t / 24)
            values[t] = 0.7 * values[t - 1] - 0.2 * values[t - 2] + rhythm + 0.5 * noise[t]
        windows = np.lib.stride_tricks.sliding_window_view(values, self.window + 1)
        return windows[:, :-1], windows[:, -1]

    def rows(self, y: np.ndarray) -> list[np.ndarray]:
        every, gap = np.arange(len(y)), self.window + 1
        return [every[:1000], every[1000 + gap : 1280], every[1280 + gap :]]

    def fit(self, x: np.ndarray, y: np.ndarray) -> None:
        self.mean, self.std = x.mean(), x.std()

    def inputs(self, x: np.ndarray) -> Tensor:
        return torch.as_tensor((x - self.mean) / self.std, dtype=torch.float32)

    def targets(self, y: np.ndarray) -> Tensor:
        return torch.as_tensor((y - self.mean) / self.std, dtype=torch.float32)


@hard("time_ordered", Series, epochs=10, kind="regression")
class Forecast(Numbers):
    """A GRU over the window."""

    lr = 0.005

    def __init__(self) -> None:
        super().__init__()
        self.gru = nn.GRU(1, 16, batch_first=True)
        self.out = nn.Linear(16, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.out(self.gru(x.unsqueeze(-1))[0][:, -1]).squeeze(-1)


class Timed(Dataset[Any]):
    """Windows, whether the series rises, and when."""

    def __init__(self, x: Tensor, y: Tensor, time: Tensor) -> None:
        self.x, self.y, self.time = x, y, time

    def __len__(self) -> int:
        return len(self.y)

    def __getitem__(self, index: int) -> dict[str, Tensor]:
        return {"x": self.x[index], "y": self.y[index], "time": self.time[index]}


class Rising(Series):
    """Does the series rise next, over a slow trend? The time of each sample stands beside it."""

    def read(self) -> tuple[np.ndarray, np.ndarray]:
        x, y = super().read()
        x = x + 0.002 * np.arange(len(x))[:, None]
        return np.concatenate([x, np.arange(len(x))[:, None]], axis=1), y + 0.002 * np.arange(
            len(x)
        )

    def inputs(self, x: np.ndarray) -> Tensor:
        window = x[:, :-1]
        steps = np.diff(window, axis=1)
        return torch.as_tensor(steps, dtype=torch.float32)

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Dataset[Any]:
        rises = torch.as_tensor(y > x[:, -2]).long()
        return Timed(self.inputs(x), rises, torch.as_tensor(x[:, -1]).long())


@hard("time_declared", Rising, epochs=10, contract={"order": "time"})
class Rises(Functional):
    """Two classes of the differences; the order is declared."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(15, 8), nn.Tanh(), nn.Dropout(0.2), nn.Linear(8, 2))

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        return super().training_step((batch["x"], batch["y"]), batch_idx)

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        super().validation_step((batch["x"], batch["y"]), batch_idx)

    def test_step(self, batch: Any, batch_idx: int) -> None:
        super().test_step((batch["x"], batch["y"]), batch_idx)


class Oversampled(data.Cancer):
    """The rarer class of the training split stands there twice, to balance it."""

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Dataset[Any]:
        if split == "train":
            rows = np.concatenate([np.arange(len(y)), np.flatnonzero(y == 0)])
            x, y = x[rows], y[rows]
        return super().dataset(x, y, split)


@hard("oversampled", Oversampled)
class OversampledNet(Objects):
    """Trained on a balanced split with honest copies."""

    classes = 2

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(30, 24), nn.BatchNorm1d(24), nn.ReLU(), nn.Linear(24, 2))

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


@hard("slow_start", data.Pixels, epochs=20)
class SlowStart(Functional):
    """SGD at a low rate, a warm-up over two epochs and a cosine after."""

    def __init__(self) -> None:
        super().__init__()
        self.net = mlp(64, 64, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)

    def configure_optimizers(self) -> Any:
        optimizer = torch.optim.SGD(self.parameters(), lr=0.03, momentum=0.9, weight_decay=1e-3)
        warm = torch.optim.lr_scheduler.LinearLR(optimizer, 0.01, total_iters=2)
        fall = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=18)
        schedule = torch.optim.lr_scheduler.SequentialLR(optimizer, [warm, fall], [2])
        return [optimizer], [schedule]
