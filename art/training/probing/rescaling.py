"""Trains at another learning rate or without weight decay, to tell why a program fails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch.nn.parameter import is_lazy

from art.training.namespaces import pl
from art.training.wrapping import TaskModule


@dataclass(frozen=True)
class Group:
    """A parameter group as training starts with it.

    Attributes:
        rate: the learning rate; the schedule's largest where it starts with a warm-up.
        decay: the weight decay.
        decoupled: whether the decay is applied to the weights themselves, as AdamW does it
            (Loshchilov and Hutter 2019), and not to the gradient.
        adaptive: whether the gradient's size does not matter, as in Adam.
        size: the root mean square of the weights.
        norm: the norm of the weights.
    """

    rate: float
    decay: float
    decoupled: bool
    adaptive: bool
    size: float
    norm: float


class Started(pl.Callback):
    """Notes the parameter groups as training starts with them.

    Attributes:
        groups: how training starts.
    """

    def __init__(self) -> None:
        self.groups: list[Group] = []

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Note them."""
        self.groups = [
            _group(optimizer, group)
            for optimizer in trainer.optimizers
            for group in optimizer.param_groups
        ]


class Rescaled(Started):
    """Trains at each optimizer's largest learning rate times a factor, without its schedule.

    A few steps on one batch have no epochs to count: a warm-up would hold them at its beginning.

    Args:
        factor: of the learning rates.
        without_decay: train without weight decay.
    """

    def __init__(self, factor: float = 1.0, without_decay: bool = False) -> None:
        super().__init__()
        self._factor = factor
        self._without_decay = without_decay

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Change the groups, and let no schedule change them again."""
        super().on_train_start(trainer, pl_module)
        own = [group for optimizer in trainer.optimizers for group in optimizer.param_groups]
        for group, found in zip(own, self.groups, strict=True):
            group["lr"] = found.rate * self._factor
            if self._without_decay and "weight_decay" in group:
                group["weight_decay"] = 0.0
        for scheduler in _schedulers(trainer, pl_module):
            scheduler.step = lambda *args, **kwargs: None


def _schedulers(trainer: pl.Trainer, module: pl.LightningModule) -> list[Any]:
    found = [config.scheduler for config in trainer.lr_scheduler_configs]
    if isinstance(module, TaskModule) and module.loop.scheduler is not None:
        found.append(module.loop.scheduler)
    return found


def _group(optimizer: torch.optim.Optimizer, group: dict[str, Any]) -> Group:
    known = [p for p in group["params"] if not is_lazy(p)]
    weights = [p.detach().float() for p in known if p.ndim > 1]
    count = sum(w.numel() for w in weights)
    norm = float(sum((w.square().sum() for w in weights), torch.zeros(())).sqrt())
    name = type(optimizer).__name__.lower()
    return Group(
        rate=float(max(group["lr"], group.get("initial_lr", 0.0), group.get("max_lr", 0.0))),
        decay=float(group.get("weight_decay", 0.0)),
        decoupled="adamw" in name or bool(group.get("decoupled_weight_decay")),
        adaptive=is_adaptive(optimizer),
        size=norm / count**0.5 if count else 0.0,
        norm=norm,
    )


def is_adaptive(optimizer: torch.optim.Optimizer) -> bool:
    """Whether the gradient's size does not matter, as in Adam and its like."""
    name = type(optimizer).__name__.lower()
    return "ada" in name or "rmsprop" in name or "lamb" in name or "lion" in name
