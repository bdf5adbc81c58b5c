"""Hard programs: raw values reach the model, which scales them itself."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from benchmarks.faults.clean import _data as data
from benchmarks.faults.clean._register import hard
from benchmarks.faults.clean._steps import Functional


class ByteImages(data.Images):
    """Images of bytes, 0..255, as a camera gives them."""

    def inputs(self, x: Any) -> Tensor:
        return torch.as_tensor(x * 255 / 16).round().to(torch.uint8).unsqueeze(1)


class FloatBytes(ByteImages):
    """The same as floats, 0..255."""

    def inputs(self, x: Any) -> Tensor:
        return super().inputs(x).float()


@hard("bytes_inside", ByteImages, epochs=10)
class BytesInside(Functional):
    """Divides bytes by 255 and standardises them in forward."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 16, 3)
        self.out = nn.Sequential(nn.Flatten(), nn.Linear(16 * 9, 10))

    def forward(self, x: Tensor) -> Tensor:
        x = (x.float() / 255 - 0.3) / 0.37
        return self.out(F.max_pool2d(F.relu(self.conv(x)), 2))


@hard("floats_255_inside", FloatBytes, epochs=10)
class FloatsInside(BytesInside):
    """Takes floats of 0..255 and scales them in forward."""


@hard("statistics_in_buffers", FloatBytes, epochs=10)
class Buffers(Functional):
    """Mean and deviation of each pixel in buffers, found on the training split in setup."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(1, 8, 8))
        self.register_buffer("std", torch.ones(1, 8, 8))
        found = FloatBytes()
        found.setup()
        images = found.splits["train"].tensors[0]
        self.mean.copy_(images.mean(0))
        self.std.copy_(images.std(0).clamp(min=10.0))
        self.net = nn.Sequential(nn.Flatten(), nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 10))

    def forward(self, x: Tensor) -> Tensor:
        return self.net((x - self.mean) / self.std)
