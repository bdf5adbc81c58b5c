"""Is an untrained model as wrong as one that knows nothing?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, ClassVar

from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes

if TYPE_CHECKING:
    from torch import Tensor

    from art.training.probing.listening import LossCall

SEEDS = 3
STEPS = 5
CLASSES_FACTOR, CLASSES_MORE = 2.0, 0.5
AMOUNTS_FACTOR = 10.0
ORDINARY = 1.0
"""The mean square of outputs that torch's own initializations give to inputs of the size 1."""


@probes("art.InitialLoss.v1")
class InitialLoss(Probe):
    """The first losses must be about ln C for classes, and about the targets' square for amounts.

    Far above, the model is sure of what it cannot know: an initialization of the last layer that is
    too large, a final bias against the prior, inputs of another scale (Karpathy 2019, "verify loss
    at init"). Each loss function of torch that a training step calls is looked at by itself,
    whatever the total is made of; a model that knows more at the start, from a pretrained part or
    a fitted bias, is no fault. What a few steps put right is only suspicious.
    """

    cost: ClassVar[str] = "3 forward; 5 more, and 5 backward, where they are off"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Listen to the first batch of three models."""
        from art.training.diverging import Enough
        from art.training.probing.listening import LossListener

        data = context.build_data()
        batches = list(islice(iter(context.loader(data, "train")), STEPS))
        found: list[list[Suspicion]] = []
        for seed in range(SEEDS):
            listener = LossListener(forward=True)
            with suppress(Enough):
                context.fit(
                    batches=batches[:1],
                    max_steps=1,
                    seed=context.seed + seed,
                    callbacks=[listener],
                    logged=False,
                )
            found.append([s for call in listener.calls for s in _judged(call)])
        if not all(found):
            return []
        after = LossListener(last=True)
        context.fit(batches=batches, max_steps=len(batches), callbacks=[after], logged=False)
        stays = [s for call in after.calls[-1:] for s in _judged(call) if s.certain]
        # one that is gone after a few steps may be meant: distances as logits, a scale of its own
        certain = bool(stays) or "bias" in found[0][0].cause
        return [replace(found[0][0], certain=certain)]


def _judged(call: LossCall) -> Iterator[Suspicion]:
    from torch.nn.functional import cross_entropy

    inputs, targets = call.inputs.float(), call.targets
    if call.function == "cross_entropy" and not targets.is_floating_point():
        if inputs.ndim != 2 or inputs.shape[1] < 2:
            return
        loss = float(cross_entropy(inputs, targets, ignore_index=call.ignored))
        expected = math.log(inputs.shape[1])
        if loss > CLASSES_FACTOR * expected + CLASSES_MORE:
            yield _too_sure(inputs, loss, f"ln {inputs.shape[1]} = {expected:.3g}")
    elif call.function in ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"):
        if inputs.shape != targets.shape:
            return
        size = float(targets.float().square().mean())
        error = float((inputs - targets).square().mean())
        if error > AMOUNTS_FACTOR * size and size > 0:
            yield Suspicion(
                "an untrained model's outputs are far larger than the targets",
                f"their mean squared error is {error:.4g}, that of always saying 0 is {size:.4g}",
                REMEDY,
                # outputs of the size 1 are those of a sound initialization: targets far smaller
                # than that take longer to learn, and are learnt
                certain=error > AMOUNTS_FACTOR * max(size, ORDINARY),
            )


REMEDY = (
    "Look for an initialization that is too large, for a final bias that is off, and for inputs "
    "that are not scaled. The default initialization of torch is a safe choice."
)


def _too_sure(inputs: Tensor, loss: float, expected: str) -> Suspicion:
    between = float(inputs.mean(0).std())
    within = float((inputs - inputs.mean(0)).std())
    bias = between > 3 * within
    cause = (
        "an untrained model is sure of a class whatever it sees: its final bias is off"
        if bias
        else "an untrained model is sure of what it cannot know: its first loss is far too high"
    )
    return Suspicion(
        cause,
        f"the first cross-entropy is {loss:.4g}, knowing nothing is {expected}; the outputs differ "
        f"by {between:.3g} from class to class and by {within:.3g} from sample to sample",
        REMEDY,
    )
