"""Plain programs as an nn.Module: ART trains them by the config's `[task]` and `[optimizer]`."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from benchmarks.faults.clean import _data as data
from benchmarks.faults.clean._register import plain

CLASSES: dict[str, dict[str, Any]] = {
    "task": {"@tasks": "art.TabularClassification.v1"},
    "optimizer": {"@optimizers": "torch.AdamW.v1", "lr": 0.005},
}
NUMBERS: dict[str, dict[str, Any]] = {
    "task": {"@tasks": "art.TabularRegression.v1"},
    "optimizer": {"@optimizers": "torch.AdamW.v1", "lr": 0.005},
}


@plain("module_digits", data.Images, epochs=30, sections=CLASSES)
class DigitsModule(nn.Module):
    """A convolution, pooling, and two linear layers."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 16, 3, padding=1)
        self.fc = nn.Linear(16 * 16, 32)
        self.out = nn.Linear(32, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.conv(x)), 2).flatten(1)
        return self.out(F.relu(self.fc(x)))


@plain("module_cancer", data.Cancer, epochs=20, sections=CLASSES)
class CancerModule(nn.Module):
    """BatchNorm, dropout and two layers."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(30, 24), nn.BatchNorm1d(24), nn.ReLU(), nn.Dropout(0.2), nn.Linear(24, 2)
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


@plain("module_diabetes", data.DiabetesColumn, epochs=200, kind="regression", sections=NUMBERS)
class DiabetesModule(nn.Module):
    """A skip connection beside two layers."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second, self.skip = nn.Linear(10, 64), nn.Linear(64, 1), nn.Linear(10, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.second(torch.tanh(self.first(x))) + self.skip(x)
