"""Does padding say nothing?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes

if TYPE_CHECKING:
    from torch import Tensor

LOOKED_AT = 6
CLEAR = 0.05
"""Of how much outputs differ from sample to sample."""


@probes("art.PaddingIsInert.v1")
class PaddingIsInert(Probe):
    """A sequence must mean the same with its padding and without.

    Sequences that are filled up at their end with one value are cut to their own length, and the
    outputs compared: a mean over padded steps, attention without a mask, the last state of a
    recurrent layer that ran on over the padding all change. A model that only takes one length,
    and batches that bring a mask or lengths along, cannot be judged.
    """

    cost: ClassVar[str] = "7 forward"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Cut samples one by one."""
        from art.training.probing.trials import try_out

        trial = context.once(try_out)
        inputs, outputs = trial.inputs, trial.outputs
        if inputs is None or outputs is None or not trial.alone or inputs.ndim not in (2, 3):
            return []
        lengths = _lengths(inputs)
        if lengths is None:
            return []
        cut = [i for i, length in enumerate(lengths) if 0 < length <= inputs.shape[1] - 2]
        changes = []
        spread = float(outputs.float().std(0).mean()) + 1e-9
        for index in cut[:LOOKED_AT]:
            try:
                alone = trial(inputs[index : index + 1, : lengths[index]])
            except (RuntimeError, ValueError, IndexError):
                return []  # it takes one length only
            if alone.shape[1:] != outputs.shape[1:]:
                return []  # an output for each step
            changes.append(float((alone[0] - outputs[index]).float().abs().mean()) / spread)
        if not changes or sorted(changes)[len(changes) // 2] <= CLEAR:
            return []
        return [
            Suspicion(
                "padding changes the output",
                f"without their padding, the outputs for {len(changes)} samples move by "
                f"{sorted(changes)[len(changes) // 2]:.0%} of what samples differ by",
                "Give attention a key_padding_mask, average over the real steps alone, pack "
                "sequences for recurrent layers (pack_padded_sequence).",
            )
        ]


def _lengths(inputs: Tensor) -> list[int] | None:
    """The length of each sample without the filling at its end; None where nothing is filled."""
    import torch

    if inputs.ndim == 2 and inputs.is_floating_point():
        return None  # columns of a table
    steps = inputs.reshape(*inputs.shape[:2], -1)
    if inputs.is_floating_point():
        filling = torch.zeros_like(steps[0, 0])
    else:
        filling = steps[:, -1].mode(0).values
    same = (steps == filling).all(2).flip(1).int().cumprod(1).sum(1)
    filled = same >= 2
    if float(filled.float().mean()) < 0.25 or same.unique().numel() < 3:
        return None
    blank = int((steps == filling).all(2).sum())
    if blank > int(same.sum()):
        return None  # the filling stands elsewhere too, as dark rows of an image or a real symbol
    return [int(length) for length in inputs.shape[1] - same]
