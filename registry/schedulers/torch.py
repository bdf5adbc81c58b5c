"""Torch's main learning rate schedules.

A schedule that has `art_interval = "step"` moves with every optimizer step, the others with every
epoch. ART gives `total_steps` and `total_epochs`, so a schedule ends with the training.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from annotated_types import Ge, Gt, Le

from art.registries import schedulers

if TYPE_CHECKING:
    from torch.optim import Optimizer

Factor = Annotated[float, Gt(0), Le(1)]
Share = Annotated[float, Ge(0), Le(1)]


def _by_step(schedule: Any) -> Any:
    schedule.art_interval = "step"
    return schedule


@schedulers("torch.Cosine.v1")
def cosine(optimizer: Optimizer, total_steps: int, final: Share = 0.0) -> Any:
    """From the learning rate down to `final` of it along half a cosine, over the training."""
    from math import cos, pi

    from torch.optim.lr_scheduler import LambdaLR

    def factor(step: int) -> float:
        progress = min(step / max(total_steps, 1), 1.0)
        return final + (1 - final) * 0.5 * (1 + cos(pi * progress))

    return _by_step(LambdaLR(optimizer, factor))


@schedulers("torch.WarmupCosine.v1")
def warmup_cosine(
    optimizer: Optimizer, total_steps: int, warmup: Share = 0.05, final: Share = 0.0
) -> Any:
    """Up from zero over the first `warmup` share of the steps, then down along half a cosine."""
    from math import cos, pi

    from torch.optim.lr_scheduler import LambdaLR

    up = max(1, round(warmup * total_steps))

    def factor(step: int) -> float:
        if step < up:
            return (step + 1) / up
        progress = min((step - up) / max(total_steps - up, 1), 1.0)
        return final + (1 - final) * 0.5 * (1 + cos(pi * progress))

    return _by_step(LambdaLR(optimizer, factor))


@schedulers("torch.OneCycle.v1")
def one_cycle(
    optimizer: Optimizer,
    total_steps: int,
    max_lr: Annotated[float, Gt(0)] = 0.01,
    warmup: Share = 0.3,
) -> Any:
    """One cycle up to `max_lr` and down again (Smith and Topin 2018)."""
    from torch.optim.lr_scheduler import OneCycleLR

    # one more than the steps: a last call of `step` past the end is an error in torch
    return _by_step(
        OneCycleLR(optimizer, max_lr=max_lr, total_steps=total_steps + 1, pct_start=warmup)
    )


@schedulers("torch.Step.v1")
def step(optimizer: Optimizer, every: Annotated[int, Ge(1)] = 10, factor: Factor = 0.1) -> Any:
    """Times `factor` every so many epochs."""
    from torch.optim.lr_scheduler import StepLR

    return StepLR(optimizer, step_size=every, gamma=factor)


@schedulers("torch.Exponential.v1")
def exponential(optimizer: Optimizer, factor: Factor = 0.95) -> Any:
    """Times `factor` every epoch."""
    from torch.optim.lr_scheduler import ExponentialLR

    return ExponentialLR(optimizer, gamma=factor)


@schedulers("torch.ReduceOnPlateau.v1")
def reduce_on_plateau(
    optimizer: Optimizer, factor: Factor = 0.1, patience: Annotated[int, Ge(0)] = 5
) -> Any:
    """Times `factor` when the training loss has not fallen for `patience` epochs."""
    from torch.optim.lr_scheduler import ReduceLROnPlateau

    return ReduceLROnPlateau(optimizer, factor=factor, patience=patience)
