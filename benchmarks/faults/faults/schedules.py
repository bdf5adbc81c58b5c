"""Mistakes in the schedule of the learning rate: what it counts is not what steps it."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from benchmarks.faults.faults import AUTOMATIC, EVERY, fault
from benchmarks.faults.faults._seams import with_model
from benchmarks.faults.program import Host, Program

SCHEDULES = {
    "step": lambda optimizer: torch.optim.lr_scheduler.StepLR(optimizer, 4, gamma=0.3),
    "exponential": lambda optimizer: torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.8),
}


def _scheduled(host: Host, kind: str, interval: str) -> Program:
    def configure_optimizers(self: Any) -> Any:
        optimizer = torch.optim.Adam(self.parameters(), lr=self.lr)
        schedule = {"scheduler": SCHEDULES[kind](optimizer), "interval": interval}
        return {"optimizer": optimizer, "lr_scheduler": schedule}

    return with_model(host, configure_optimizers=configure_optimizers)


@fault("schedule_stepped_by_batch", family="training", hosts=EVERY, cause=("schedul", "per batch"),
       sound=lambda host: host.program() if host.name == "manual"
       else _scheduled(host, "step", "epoch"))  # fmt: skip
def schedule_stepped_by_batch(host: Host) -> Program:
    """A schedule that counts epochs is stepped for every batch."""
    if host.name != "manual":
        return _scheduled(host, "step", "step")

    def training_step(self: Any, batch: Any, batch_idx: int) -> Tensor:
        loss = host.model.training_step(self, batch, batch_idx)
        self.lr_schedulers().step()
        return loss

    def configure_optimizers(self: Any) -> Any:
        optimizer = torch.optim.Adam(self.parameters(), lr=self.lr)
        return [optimizer], [torch.optim.lr_scheduler.StepLR(optimizer, 5, gamma=0.5)]

    return with_model(
        host,
        training_step=training_step,
        configure_optimizers=configure_optimizers,
        on_train_epoch_end=lambda self: None,
    )


@fault("exponential_decay_by_batch", family="training", hosts=AUTOMATIC, dose="subtle",
       cause=("schedul", "per batch"),
       sound=lambda host: _scheduled(host, "exponential", "epoch"))  # fmt: skip
def exponential_decay_by_batch(host: Host) -> Program:
    """The rate falls by a fifth with every batch."""
    return _scheduled(host, "exponential", "step")


@fault("cosine_by_batch", family="training", hosts=EVERY, dose="subtle",
       cause=("schedul", "per batch"))  # fmt: skip
def cosine_by_batch(host: Host) -> Program:
    """A cosine over the epochs is stepped for every batch: the rate swings up and down."""

    def configure_optimizers(self: Any) -> Any:
        optimizer = torch.optim.SGD(self.parameters(), lr=0.05, momentum=0.9)
        cosine = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=host.max_epochs)
        return [optimizer], [{"scheduler": cosine, "interval": "step"}]

    extra: dict[str, Any] = {}
    if host.name == "manual":

        def training_step(self: Any, batch: Any, batch_idx: int) -> Tensor:
            loss = host.model.training_step(self, batch, batch_idx)
            self.lr_schedulers().step()
            return loss

        extra = {"training_step": training_step, "on_train_epoch_end": lambda self: None}
    return with_model(host, configure_optimizers=configure_optimizers, **extra)


@fault("warm_up_by_epoch", family="training", hosts=AUTOMATIC, dose="subtle",
       cause=("schedul", "warm", "per epoch"))  # fmt: skip
def warm_up_by_epoch(host: Host) -> Program:
    """A warm-up of 500 steps counts epochs: it is never over."""

    def configure_optimizers(self: Any) -> Any:
        optimizer = torch.optim.Adam(self.parameters(), lr=self.lr)
        warm = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda n: min(1.0, (n + 1) / 500))
        return [optimizer], [warm]

    return with_model(host, configure_optimizers=configure_optimizers)
