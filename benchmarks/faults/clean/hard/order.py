"""Hard programs: samples in the order of time, never shuffled, split by time."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import Dataset

from benchmarks.faults.clean import _data as data
from benchmarks.faults.clean._register import hard
from benchmarks.faults.clean._steps import Functional, Numbers


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
