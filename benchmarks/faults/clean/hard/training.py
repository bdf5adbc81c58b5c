"""Hard programs: batches, schedules, averages, order, and steps that look wrong at first sight."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from benchmarks.faults.clean import _data as data
from benchmarks.faults.clean._register import hard
from benchmarks.faults.clean._steps import Functional, Objects
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
