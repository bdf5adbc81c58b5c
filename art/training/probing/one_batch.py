"""Trains on a few batches at the program's own learning rate, or at another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from art.core.stage import StageContext
from art.training.probing.intervening import OutOfTime
from art.training.probing.rescaling import Group, Rescaled

STEPS = 300
LEAST = 20
SECONDS = 6.0
"""CPU seconds that a run may take: a large network takes fewer steps."""
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
    """Train on the first training batch; use it as `context.once(learn_one_batch)`."""
    loader = context.loader(context.build_data(), "train")
    batch = next(iter(loader))
    steps = max(LEAST, min(STEPS, length_of(loader) * context.max_epochs))
    own = Rescaled()
    return OneBatch(train(context, [batch], steps, own), own.groups, steps)


def train(
    context: StageContext,
    batches: Sequence[Any],
    steps: int,
    change: Rescaled,
    *,
    stop_ratio: float | None = LEARNT,
) -> list[float]:
    """The losses of a training on these batches, in turn."""
    fit = context.fit(
        batches=batches,
        max_steps=steps,
        stop_ratio=stop_ratio,
        callbacks=[change, OutOfTime(SECONDS)],
        logged=False,
    )
    return [value for _, _, value in fit.history.get("train/loss", ())]


def share_left(losses: Sequence[float]) -> float | None:
    """The last loss as a share of the first; None where there is no positive one."""
    if len(losses) < 2 or not losses[0] > 0:
        return None
    last = sum(losses[-5:]) / len(losses[-5:])
    return last / losses[0] if math.isfinite(last) else math.inf


def length_of(loader: Any) -> int:
    """Batches of an epoch; 300 of a loader that does not say."""
    try:
        return max(1, len(loader))
    except TypeError:
        return STEPS
