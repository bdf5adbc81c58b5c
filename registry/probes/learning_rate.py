"""Is the program wrong, or just slow?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from art.core.probe import NotJudged, Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes

if TYPE_CHECKING:
    from art.training.probing.one_batch import OneBatch
    from art.training.probing.rescaling import Group

FACTORS = (10.0, 100.0, 1000.0, 0.1, 0.01)
PATIENT = 1000
STUCK, LEARNT = 0.7, 0.3
"""Shares of the first loss: above the one a batch is not learnt, below the other it is."""
SHRUNK = 3.0
"""Halvings and more (in natural logarithms) of all weights over a training run."""
RAW = "Where targets are far from 0, standardise them, or start the last bias at their mean."
COMPARABLE = 0.2
"""The decay's part of a step, of the gradient's."""


@probes("art.LearningRate.v1")
class LearningRate(Probe):
    """One batch must be learnt at the program's own learning rate and weight decay.

    As many steps as the whole training run has, 300 at most, are taken on one batch. Where its loss
    hardly falls they are taken again with the rate 10 and 100 times higher and lower and without
    weight decay. What then learns the batch names the cause; where nothing does, the rate is not
    to blame, and other probes say what is. A rate is too low for certain where the whole training,
    with as many times more steps, would not get as far as the higher rate does.
    """

    cost: ClassVar[str] = "300 steps; up to 3,000 where they fail"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Train, and where it fails train again."""
        from art.training.probing.one_batch import learn_one_batch, length_of, share_left, train
        from art.training.probing.rescaling import Rescaled
        from art.training.probing.standing import stand_still

        data = context.build_data()
        loader = context.loader(data, "train")
        batch = next(iter(loader))
        horizon = length_of(loader) * context.max_epochs
        own = context.once(learn_one_batch)
        fallen = share_left(own.losses)
        decay = _overwhelming(own.groups, horizon)
        if fallen is None or fallen <= STUCK:
            return [decay] if decay is not None else []
        why = context.once(stand_still).why_not_judged
        if why:
            raise NotJudged(why)
        others = [("without weight decay", 1.0, Rescaled(without_decay=True))]
        others += [(f"at {by:g} times the rate", by, Rescaled(by)) for by in FACTORS]
        for words, factor, change in others:
            losses = train(context, [batch], own.steps, change)
            left = share_left(losses)
            if left is not None and left < LEARNT:
                # rate times steps is what counts, so far: at its own rate it would need these
                needed = factor * len(losses)
                found = _named(words, fallen, left, own, arrives=horizon >= needed)
                low = "too low" in found.cause
                if low and context.data_info.kind == "regression":
                    found = replace(found, remedy=f"{found.remedy} {RAW}")
                if low and found.certain:
                    # what learns the batch in the end is slow, and may be meant to be
                    late = share_left(train(context, [batch], PATIENT, Rescaled()))
                    found = replace(found, certain=late is None or late > STUCK)
                return [found]
        return [decay] if decay is not None else []


def _named(words: str, left: float, other: float, own: OneBatch, *, arrives: bool) -> Suspicion:
    rate = max((group.rate for group in own.groups), default=0.0)
    evidence = (
        f"on one batch, up to {own.steps} steps leave {left:.0%} of the loss at the program's own "
        f"rate ({rate:.3g}), and {other:.0%} {words}"
    )
    if "decay" in words:
        decay = max((group.decay for group in own.groups), default=0.0)
        return Suspicion(
            "weight decay overwhelms what is learnt",
            f"{evidence} (weight decay {decay:.3g})",
            "Lower weight_decay; 0.01 for AdamW and 0.0001 for SGD are usual.",
        )
    low = any(f"at {factor:g} times" in words for factor in FACTORS if factor > 1)
    return Suspicion(
        f"the learning rate is far too {'low' if low else 'high'}",
        evidence,
        f"{'Raise' if low else 'Lower'} the learning rate by a factor of 10 to 100, and look at "
        "what the schedule makes of it.",
        certain=not (low and arrives),  # a rate that is low on purpose has many steps to go
    )


def _overwhelming(groups: Sequence[Group], horizon: int) -> Suspicion | None:
    """Whether the decay alone empties the weights, and is no small part of a step."""
    for group in groups:
        part = group.decay * group.size if group.adaptive and group.decoupled else 0.0
        shrunk = group.rate * group.decay * horizon
        if part > COMPARABLE and shrunk > SHRUNK:
            return Suspicion(
                "weight decay overwhelms what is learnt",
                f"a decay of {group.decay:.3g} at a rate of {group.rate:.3g} shrinks every weight "
                f"to {math.exp(-shrunk):.1g} of itself over {horizon} steps, and pulls "
                f"{part:.0%} as hard as the gradient",
                "Lower weight_decay; 0.01 is usual for AdamW.",
            )
    return None
