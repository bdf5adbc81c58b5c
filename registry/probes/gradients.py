"""Is each step's gradient that of its own batch?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from art.training.probing.stepping import Step

STEPS = 8
"""Batches: where a program sums up two of them for a step, four steps are left to compare."""
ENOUGH = 4
"""Steps after which gradients that have not grown will not."""
ALIKE = 0.99
"""A cosine."""


@probes("art.GradientReset.v1")
class GradientReset(Probe):
    """Each step's gradient must be of its own batch, not of all batches so far.

    The same batch is trained on several times with a learning rate of 0 and the same dropout: the
    weights stand still, so the gradients must be equal. Where `zero_grad` is missing they grow.
    """

    cost: ClassVar[str] = "4 forward, 4 backward; 8 where a step takes two batches"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Compare the gradients of the last three steps."""
        steps = _listened(context).steps
        for number in sorted({step.optimizer for step in steps}):
            last = [step for step in steps if step.optimizer == number][-3:]
            if len(last) == 3 and _grows([_flat(step) for step in last]):
                sizes = ", ".join(f"{float(_flat(step).norm()):.4g}" for step in last)
                return [
                    Suspicion(
                        "gradients add up from step to step: zero_grad is missing or misplaced",
                        f"the same batch and weights gave gradients of norm {sizes}",
                        "Call optimizer.zero_grad() before each backward pass, on every optimizer "
                        "that steps.",
                    )
                ]
        return []


def _listened(context: StageContext) -> Any:
    from art.training.probing.intervening import Decided
    from art.training.probing.stepping import StepListener

    data = context.build_data()
    batch = next(iter(context.loader(data, "train")))
    listener = StepListener(still=True)
    enough = Decided(lambda: _is_reset(listener.steps))
    context.fit(batches=[batch], max_steps=STEPS, callbacks=[listener, enough], logged=False)
    return listener


def _is_reset(steps: Sequence[Step]) -> bool:
    """Whether no optimizer's gradients have grown after four steps of each."""
    by_optimizer: dict[int, list[Step]] = {}
    for step in steps:
        by_optimizer.setdefault(step.optimizer, []).append(step)
    return bool(steps) and all(
        len(own) >= ENOUGH and not _grows([_flat(step) for step in own[-3:]])
        for own in by_optimizer.values()
    )


def _flat(step: Step) -> Tensor:
    import torch

    found = [g.float().reshape(-1) for g in step.gradients.values() if g is not None]
    return torch.cat(found) if found else torch.zeros(0)


def _grows(gradients: list[torch.Tensor]) -> bool:
    """Whether three gradients that should be equal differ, each by the same from the last, and by
    what the gradient itself is: where a part of a loss gets heavier from step to step, they differ
    by something else."""
    second, third, fourth = gradients
    if not len(second) == len(third) == len(fourth) or not len(second):
        return False
    one, two = third - second, fourth - third
    size = float(second.norm())
    same = float((one - two).norm()) <= 0.01 * float(one.norm())
    grown = second * (one != 0)
    along = float(one @ grown) > ALIKE * float(one.norm() * grown.norm())
    return same and along and float(one.norm()) > 0.05 * size
