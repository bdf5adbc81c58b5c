"""A program's losses while its weights stand still: what changes them is no learning."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from art.core.stage import StageContext
from art.training.namespaces import pl
from art.training.probing.stepping import StepListener

STEPS = 24
SAME = 1e-4
"""The relative change of a loss that rounding, and the statistics of a layer, do not make."""


@dataclass(frozen=True)
class Standing:
    """What a module shows on one batch with a learning rate of 0 and the same draws in each step.

    Attributes:
        losses: one a step.
        optimizers: how many take steps.
    """

    losses: Sequence[float]
    optimizers: int

    @property
    def why_not_judged(self) -> str:
        """Why the fall of the loss tells nothing of what is learnt; empty where it does."""
        if self.optimizers > 1:
            return (
                f"{self.optimizers} optimizers train parts that may play against each other, so no "
                "single loss has to fall"
            )
        first, others = self.losses[:1], self.losses[1:]
        if first and any(abs(one - first[0]) > SAME * max(abs(first[0]), 1e-8) for one in others):
            return (
                f"its loss on one batch goes from {first[0]:.4g} to {others[-1]:.4g} while the "
                "weights stand still: it depends on what the module remembers or counts"
            )
        return ""


def stand_still(context: StageContext) -> Standing:
    """Repeat the first training batch without learning; use it as `context.once(stand_still)`."""
    batch = next(iter(context.loader(context.build_data(), "train")))
    listener = StepListener(still=True)
    fit = context.fit(
        batches=[batch], max_steps=STEPS, callbacks=[listener, _SameDraws()], logged=False
    )
    losses = [value for _, _, value in fit.history.get("train/loss", ())]
    return Standing(losses, len({step.optimizer for step in listener.steps}))


class _SameDraws(pl.Callback):
    """Lets numpy and Python draw the same in every step, as `StepListener` lets torch."""

    def on_train_batch_start(self, *args: Any, **kwargs: Any) -> None:
        """Begin their series anew."""
        random.seed(0)
        np.random.seed(0)
