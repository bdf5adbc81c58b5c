"""Trains while the learning rate grows, to see where the loss falls and where it breaks down."""

from __future__ import annotations

from typing import Any

import torch

from art.training.namespaces import pl
from art.training.probing.rescaling import Rescaled


class Growing(Rescaled):
    """Multiplies the learning rate by the same factor at every step, without a schedule.

    Groups keep their ratios: the one with the highest rate goes from `lowest` to `highest`.

    Args:
        lowest: the first step's rate.
        highest: the last step's.
        steps: how many there are.

    Attributes:
        rates: of each step that was taken, of the optimizer that took the most.
    """

    def __init__(self, lowest: float, highest: float, steps: int) -> None:
        super().__init__()
        self.rates: list[float] = []
        self._lowest, self._growth = lowest, (highest / lowest) ** (1 / max(1, steps - 1))

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Set the rate right before each step; a wrapped model takes several in one call."""
        super().on_train_start(trainer, pl_module)
        highest = max((group.rate for group in self.groups), default=0.0) or 1.0
        known = iter(self.groups)
        for optimizer in trainer.optimizers:
            taken = [next(known).rate / highest for _ in optimizer.param_groups]
            optimizer.register_step_pre_hook(self._growing(taken))

    def _growing(self, shares: list[float]) -> Any:
        steps = 0

        def before(optimizer: torch.optim.Optimizer, *_: Any) -> None:
            nonlocal steps
            rate = self._lowest * self._growth**steps
            steps += 1
            if steps > len(self.rates):
                self.rates.append(rate)
            for group, share in zip(optimizer.param_groups, shares, strict=True):
                group["lr"] = rate * share

        return before
