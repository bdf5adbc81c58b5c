"""Does padding say nothing?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes
from art.registry.probes._shortening import chosen, lengths_in, shortest_of

if TYPE_CHECKING:
    from torch import Tensor

LOOKED_AT = 6
CLEAR = 0.05
"""Of how much outputs differ from sample to sample."""
SAME = 1e-3
"""The same, between samples among few and among all others."""


@probes("art.PaddingIsInert.v1")
class PaddingIsInert(Probe):
    """A sequence must mean the same with its padding and without.

    Sequences that are filled up at their end with one value are cut to their own length, and the
    outputs compared: a mean over padded steps, attention without a mask, the last state of a
    recurrent layer that ran on over the padding all change. Where a batch brings a mask or lengths
    along, its shortest sequences are taken, with as much less padding as they all can do without,
    and the module's own predictions are compared. A model that only takes one length, or whose
    predictions cannot be read, is not judged.
    """

    cost: ClassVar[str] = "7 forward"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Cut samples one by one."""
        changes = list(_of_inputs(context) or _of_batch(context))
        if not changes or sorted(changes)[len(changes) // 2] <= CLEAR:
            return []
        return [
            Suspicion(
                "padding changes the output",
                f"without their padding, the outputs for {len(changes)} samples move by "
                f"{sorted(changes)[len(changes) // 2]:.0%} of what samples differ by",
                "Give attention a key_padding_mask that is True at the padding, average over the "
                "real steps alone, pack sequences for recurrent layers (pack_padded_sequence).",
            )
        ]


def _of_inputs(context: StageContext) -> list[float]:
    """How far the outputs of a model move that takes the padded sequences alone."""
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
    return changes


def _of_batch(context: StageContext) -> Iterator[float]:
    """How far the predictions move for a batch that says where its sequences end."""
    from art.training.probing.trials import try_out
    from art.training.scoring.calling import evaluating

    trial = context.once(try_out)
    lengths = lengths_in(trial.batch)
    if lengths is None:
        return
    longest, rows = int(lengths.max()), shortest_of(lengths)
    steps = int(lengths[rows].max()) if rows else longest
    if steps > longest - 2:
        return
    with evaluating(trial.model):
        together = _predicted(context, trial.model, trial.batch)
        padded, cut = (
            _predicted(context, trial.model, chosen(trial.batch, rows, len(lengths), longest, kept))
            for kept in (longest, steps)
        )
    if together is None or padded is None or cut is None or len(together) != len(lengths):
        return
    if cut.shape != padded.shape or padded.shape != together[rows].shape:
        return  # an output for each step
    spread = float(together.std(0).mean()) + 1e-9
    if float((padded - together[rows]).abs().max()) > SAME * spread:
        return  # the other samples change the outputs, so the padding cannot be told apart
    yield from ((cut - padded).abs().reshape(len(rows), -1).mean(1) / spread).tolist()


def _predicted(context: StageContext, model: Any, batch: Any) -> Tensor | None:
    """What the module predicts, `(n, ...)`; None where that cannot be read or is a choice."""
    import torch

    with torch.no_grad():
        read = context.predictions(model, batch)
    if read is None or not read[0].is_floating_point() or not bool(read[0].isfinite().all()):
        return None
    return read[0].float()


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
