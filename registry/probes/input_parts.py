"""Does every part of the input matter?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes

if TYPE_CHECKING:
    from torch import Tensor

STEPS = 8
STEPS_TRIED = 64
SOME, MOST = 0.1, 0.5
"""Shares of the numbers of an input that no output depends on."""


@probes("art.InputParts.v1")
class InputParts(Probe):
    """Every part of the input must be able to change the output.

    The gradient of the outputs is taken down to the inputs (Karpathy 2019, "use backprop to chart
    dependencies"). A column, channel or step whose gradient is exactly 0 for every sample is never
    looked at: a slice too short, an index that takes one channel, an output of the wrong time step.
    A border that strides leave over is small, and only half an input is a fault.
    """

    cost: ClassVar[str] = "1 forward, 1 backward; 9 more where a part seems to be left out"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Take the gradient of all outputs at once."""
        from art.training.probing.trials import try_out

        trial = context.once(try_out)
        if trial.outputs is None or trial.inputs is None:
            return []
        if _reaches_all(trial.model, trial.inputs):
            return []
        # a last layer or a branch that begins with zeros lets nothing through before some steps
        fit = context.fit(batches=[trial.batch], max_steps=STEPS, logged=False)
        model = fit.module.cpu()
        if trial.inputs.is_floating_point():
            ignored = _without_gradient(model, trial.inputs)
        elif trial.inputs.ndim == 2:
            ignored = _without_effect(model, trial.inputs)
        else:
            return []
        if ignored is None:
            return []
        varies = (trial.inputs != trial.inputs[:1]).any(0).reshape(-1)
        if _matters(model, trial.inputs, ignored):
            return []
        share = float(ignored[varies].float().mean()) if bool(varies.any()) else 0.0
        if share < SOME or share == 1.0:  # nothing at all matters to a dead model: others say so
            return []
        return [
            Suspicion(
                "part of the input cannot change the output",
                f"{share:.0%} of its {int(varies.sum())} varying numbers have no influence, the "
                f"first of them number {int((ignored & varies).nonzero()[0])}",
                "Look for a slice, an index or a mask that leaves columns, channels or steps out, "
                "and for an output that is taken from the wrong time step.",
                certain=share >= MOST and _is_a_piece(ignored, varies, trial.inputs.shape[1:]),
            )
        ]


def _reaches_all(model: Any, inputs: Tensor) -> bool:
    """Whether an untrained model's outputs depend on every number of its inputs that varies."""
    found = _without_gradient(model, inputs) if inputs.is_floating_point() else None
    varies = (inputs != inputs[:1]).any(0).reshape(-1)
    return found is not None and not bool((found & varies).any())


def _is_a_piece(ignored: Tensor, varies: Tensor, shape: Sequence[int]) -> bool:
    """Whether whole slices along some axis are ignored, in one piece; a grid is a picture that is
    made smaller on purpose."""
    gone, moving = (ignored | ~varies).reshape(tuple(shape)), varies.reshape(tuple(shape))
    for axis in range(gone.ndim):
        slices = gone.movedim(axis, 0).reshape(gone.shape[axis], -1).all(1)
        some = moving.movedim(axis, 0).reshape(gone.shape[axis], -1).any(1)
        places = slices[some].nonzero()[:, 0]  # among those that vary at all
        if len(places) > 1 and int(places[-1] - places[0]) + 1 == len(places):
            return True
    return False


def _without_gradient(model: Any, inputs: Tensor) -> Tensor | None:
    """Which numbers of an input have no gradient in any sample; None where outputs have none."""
    import torch

    from art.training.scoring.calling import evaluating

    wanted = inputs.clone().requires_grad_()
    with evaluating(model), torch.enable_grad():
        outputs = model(wanted)
        if not outputs.requires_grad:
            return None
        weights = torch.rand(outputs.shape, generator=torch.Generator().manual_seed(0)) + 0.5
        (gradient,) = torch.autograd.grad((outputs * weights).sum(), wanted, allow_unused=True)
    if gradient is None:
        gradient = torch.zeros_like(inputs)
    return (gradient == 0).all(0).reshape(-1)


def _without_effect(model: Any, inputs: Tensor) -> Tensor:
    """Which steps of token sequences change no output when the samples' tokens there change
    places."""
    import torch

    from art.training.scoring.calling import evaluating

    ignored = torch.zeros(inputs.shape[1], dtype=torch.bool)
    with evaluating(model), torch.no_grad():
        before = model(inputs)
        for step in range(min(inputs.shape[1], STEPS_TRIED)):
            changed = inputs.clone()
            changed[:, step] = inputs[:, step].roll(1, 0)
            ignored[step] = torch.equal(model(changed), before)
    return ignored


def _matters(model: Any, inputs: Tensor, ignored: Tensor) -> bool:
    """Whether numbers without a gradient change the output all the same, as they do where it is
    cut off on purpose (a frozen part under no_grad)."""
    import torch

    from art.training.scoring.calling import evaluating

    mixed = inputs.clone().reshape(len(inputs), -1)
    mixed[:, ignored] = mixed.roll(1, 0)[:, ignored]
    with evaluating(model), torch.no_grad():
        return not torch.equal(model(mixed.reshape(inputs.shape)), model(inputs))
