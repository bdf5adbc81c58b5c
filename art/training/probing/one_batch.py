"""Trains on a few batches at the program's own learning rate, or at another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from art.core.stage import StageContext
from art.training.namespaces import pl
from art.training.probing.intervening import OutOfTime
from art.training.probing.rescaling import Group, Rescaled

STEPS = 300
LEAST = 20
SECONDS = 6.0
"""CPU seconds that a run may take: a large network takes fewer steps."""
LAST = 5
"""Losses that are averaged, so that one that is low by chance does not count."""
LEARNT = 0.05
"""The share of its first value at which a loss has fallen far enough."""


@dataclass(frozen=True)
class OneBatch:
    """What came of training on one batch at the program's own rate.

    Attributes:
        losses: one a step.
        groups: the optimizers' parameter groups as training would start.
        steps: how many were to be taken: as many as the whole training has, 300 at most.
    """

    losses: Sequence[float]
    groups: Sequence[Group]
    steps: int


def learn_one_batch(context: StageContext) -> OneBatch:
    """Train on the first training batch; use it as `context.once(learn_one_batch)`.

    Where the stage has trained on it already, and it was learnt in as many steps, that is enough.
    """
    loader = context.loader(context.build_data(), "train")
    batch = next(iter(loader))
    steps = max(LEAST, min(STEPS, length_of(loader) * context.max_epochs))
    known = context.once(longest_run)
    until = next((n for n in range(1, steps) if _is_learnt(known.losses[: n + 1])), None)
    if until is not None:
        return OneBatch(known.losses[: until + 1], known.groups, steps)
    own = Rescaled()
    return OneBatch(train(context, [batch], steps, own), own.groups, steps)


@dataclass
class LongRun:
    """What a stage that trains on one batch for long leaves for probes to look at.

    Attributes:
        losses: one a step; none where it has not trained.
        groups: the optimizers' parameter groups as training started.
    """

    losses: list[float] = field(default_factory=list)
    groups: Sequence[Group] = ()


def longest_run(context: StageContext) -> LongRun:
    """Use it as `context.once(longest_run)`."""
    return LongRun()


def train(
    context: StageContext, batches: Sequence[Any], steps: int, change: Rescaled
) -> list[float]:
    """The losses of a training on these batches, in turn, until they are learnt."""
    fit = context.fit(
        batches=batches,
        max_steps=steps,
        stop_ratio=LEARNT,
        callbacks=[change, OutOfTime(SECONDS)],
        logged=False,
    )
    return [value for _, _, value in fit.history.get("train/loss", ())]


def follow(
    context: StageContext, batches: Sequence[Any], steps: int, change: Rescaled
) -> list[float]:
    """The losses of a training on these batches, however they fall.

    A program may refuse numbers that have grown beyond bounds; its last loss is a NaN then.
    """
    heard = _Heard()
    try:
        context.fit(
            batches=batches,
            max_steps=steps,
            callbacks=[change, OutOfTime(SECONDS), heard],
            logged=False,
        )
    except (ValueError, RuntimeError, FloatingPointError, OverflowError):
        if not heard.losses:
            raise
        heard.losses.append(math.nan)
    return heard.losses


class _Heard(pl.Callback):
    """Keeps each loss as it comes, also of a run that fails."""

    def __init__(self) -> None:
        self.losses: list[float] = []

    def on_before_backward(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, loss: Tensor
    ) -> None:
        """A step's loss is there."""
        self.losses.append(float(loss.detach()))


def _is_learnt(losses: Sequence[float]) -> bool:
    left = share_left(losses) if len(losses) > LAST else None
    return left is not None and left <= LEARNT


def share_left(losses: Sequence[float]) -> float | None:
    """The last loss as a share of the first; None where there is no positive one."""
    if len(losses) < 2 or not losses[0] > 0:
        return None
    last = sum(losses[-LAST:]) / len(losses[-LAST:])
    return last / losses[0] if math.isfinite(last) else math.inf


def length_of(loader: Any) -> int:
    """Batches of an epoch; 300 of a loader that does not say."""
    try:
        return max(1, len(loader))
    except TypeError:
        return STEPS
