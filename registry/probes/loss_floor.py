"""Does the loss have a floor?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import islice
from typing import ClassVar

from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes

BATCHES = 32
FACTORS = (1.0, 10.0, 100.0)
"""Of the learning rate."""


@probes("art.LossFloor.v1")
class LossFloor(Probe):
    """A loss must not fall without bound: then what it has no bound in is all that is learnt.

    A loss may well be below 0, as a likelihood is. But on real data it has a floor, so that it
    falls ever slower. One that falls below 0 and ever faster is trained again at 10 and 100 times
    the rate: where it still falls ever faster, or 10 times as far each time, it has no floor. A KL
    divergence or a penalty with the wrong sign is such a loss, and trains without an error.
    """

    cost: ClassVar[str] = "none besides LearningRate's; up to 900 steps where the loss is below 0"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Follow a loss that falls below 0."""
        from art.training.probing.one_batch import follow, learn_one_batch, longest_run
        from art.training.probing.rescaling import Rescaled

        own = context.once(learn_one_batch)
        seen = own.losses, context.once(longest_run).losses
        if context.contract.unbounded or not any(map(_is_below, seen)):
            return []
        batches = list(islice(iter(context.loader(context.build_data(), "train")), BATCHES))
        ends: list[float] = []
        for factor in FACTORS:
            losses = follow(context, batches, own.steps, Rescaled(factor))
            if len(losses) < 2:
                return []
            ends.append(_end(losses))
            much = len(ends) > 1 and losses[0] - ends[-1] > 10 * (losses[0] - ends[-2])
            if not (_is_ever_faster(losses) or much) or ends != sorted(ends, reverse=True):
                return []
        return [_unbounded(losses[0], ends, own.steps)]


def _is_below(losses: Sequence[float]) -> bool:
    return len(losses) > 1 and losses[-1] < min(0.0, losses[0])


def _is_ever_faster(losses: Sequence[float]) -> bool:
    """Whether the second half falls more than twice as far as the second quarter, which is half as
    long."""
    end, half, quarter = (_mean_at(losses, share) for share in (1.0, 0.5, 0.25))
    if not math.isfinite(end):
        return _end(losses) < 0
    return end < 0 and half - end > 2 * max(quarter - half, 0.0)


def _mean_at(losses: Sequence[float], share: float) -> float:
    """The mean of the twentieth of all losses that ends at a share of them."""
    until = max(1, round(len(losses) * share))
    part = losses[max(0, until - max(1, len(losses) // 20)) : until]
    return sum(part) / len(part)


def _end(losses: Sequence[float]) -> float:
    """The mean of the last losses; of those that are numbers, where a fall has gone beyond them."""
    numbers = [value for value in losses if math.isfinite(value)]
    if len(numbers) == len(losses):
        return _mean_at(losses, 1.0)
    return -math.inf if numbers and numbers[-1] < 0 else math.inf


def _unbounded(first: float, ends: Sequence[float], steps: int) -> Suspicion:
    one, ten, hundred = ends
    return Suspicion(
        "the loss falls without bound: a part of it has the wrong sign, or no floor",
        f"in up to {steps} steps it falls ever faster, from {first:.4g} to {one:.4g}, and to "
        f"{ten:.4g} and {hundred:.4g} at 10 and 100 times the learning rate",
        "Look at the sign of each part of the loss: a KL divergence is -0.5 * (1 + log_var - mean "
        "** 2 - log_var.exp()), and a penalty is added. Bound what is maximised, as by a margin. "
        "Where no floor is meant, declare it: [contract] unbounded = true.",
    )
