"""Does each output depend on its own sample alone?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes

if TYPE_CHECKING:
    from torch import Tensor

SAMPLES = 8
LOOKED_AT = 3
TOLERANCE = 1e-3


@probes("art.SampleIndependence.v1")
class SampleIndependence(Probe):
    """The output for a sample must not change when the others in its batch do.

    A `view` in place of a `permute`, a recurrent layer or attention that takes the batch for the
    time, a normalization over the wrong dimension: all mix samples, train without an error and
    give scores that depend on who else is in the batch (Karpathy 2019, step 2, uses the gradient
    for the same question). Nor must it change with the sample's place in the batch, as it does
    where positions are added along the wrong dimension. The model is in eval mode, where batch norm
    does not mix. One that draws at random there, as a variational autoencoder does, cannot be
    judged; nor one whose outputs are as wide as the batch is long: they compare its samples.
    """

    cost: ClassVar[str] = "7 forward"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Replace all samples but one, and compare that one's output."""
        import torch

        from art.training.probing.trials import try_out
        from art.training.scoring.calling import evaluating

        trial = context.once(try_out)
        if trial.inputs is None or trial.outputs is None or len(trial.inputs) < 4:
            return []
        if context.contract.coupled:
            return []
        inputs = trial.inputs[:SAMPLES]
        model = trial.model
        with evaluating(model), torch.inference_mode():
            outputs = model(inputs)
            if not torch.equal(model(inputs), outputs):
                return []  # it draws at random even in eval mode: a change would tell nothing
            if _compares(model, inputs, outputs):
                return []
            scale = float(outputs.float().abs().max()) + 1e-6
            changes = [
                _change(model(_others_replaced(inputs, kept)), outputs, kept) / scale
                for kept in range(min(LOOKED_AT, len(inputs)))
            ]
            moved = model(inputs.flip(0)).flip(0)
            by_place = float((moved.float() - outputs.float()).abs().max()) / scale
        worst = max(changes)
        if worst <= TOLERANCE < by_place:
            return [_by_place(by_place)]
        if worst <= TOLERANCE:
            return []
        return [
            Suspicion(
                "the samples of a batch mix: an output depends on other samples",
                f"with the others replaced, the output for one sample changed by {worst:.1%}",
                "Look for a view or reshape where permute or transpose is meant, for batch_first, "
                "and for a dimension that is normalised or attended over by mistake. Where samples "
                "are compared on purpose, declare it: [contract] coupled = true.",
            )
        ]


def _compares(model: Any, inputs: Tensor, outputs: Tensor) -> bool:
    """Whether the outputs are as wide as there are samples, however many there are: a matrix of
    similarities, which compares samples on purpose."""
    fewer = len(inputs) - 1
    if outputs.ndim < 2 or len(inputs) not in outputs.shape[1:]:
        return False
    shape = tuple(fewer if size == len(inputs) else size for size in outputs.shape)
    return tuple(model(inputs[:fewer]).shape) == shape


def _by_place(change: float) -> Suspicion:
    return Suspicion(
        "the output for a sample depends on its place in the batch",
        f"with the batch turned around, outputs changed by {change:.1%}",
        "Look for what is added or masked along the batch where time is meant: positions of the "
        "shape (time, 1, width) for tokens of (batch, time, width), and batch_first. Where samples "
        "belong together by their place, declare it: [contract] coupled = true.",
    )


def _others_replaced(inputs: Tensor, kept: int) -> Tensor:
    """The batch with every sample but one replaced by another of the batch."""
    changed = inputs.roll(1, 0)
    changed[kept] = inputs[kept]
    return changed


def _change(outputs: Tensor, before: Tensor, kept: int) -> float:
    return float((outputs[kept].float() - before[kept].float()).abs().max())
