"""Does each output depend on its own sample alone?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

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
    for the same question). The model is in eval mode, where batch norm does not mix. One that draws
    at random there, as a variational autoencoder does, cannot be judged.
    """

    cost: ClassVar[str] = "5 forward"

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
            scale = float(outputs.float().abs().max()) + 1e-6
            changes = [
                _change(model(_others_replaced(inputs, kept)), outputs, kept) / scale
                for kept in range(min(LOOKED_AT, len(inputs)))
            ]
        worst = max(changes)
        if worst <= TOLERANCE:
            return []
        return [
            Suspicion(
                "the samples of a batch mix: an output depends on other samples",
                f"with the others replaced, the output for one sample changed by {worst:.1%}",
                "Look for a view or reshape where permute or transpose is meant, for batch_first, "
                "and for a dimension that is normalised or attended over by mistake.",
            )
        ]


def _others_replaced(inputs: Tensor, kept: int) -> Tensor:
    """The batch with every sample but one replaced by another of the batch."""
    changed = inputs.roll(1, 0)
    changed[kept] = inputs[kept]
    return changed


def _change(outputs: Tensor, before: Tensor, kept: int) -> float:
    return float((outputs[kept].float() - before[kept].float()).abs().max())
