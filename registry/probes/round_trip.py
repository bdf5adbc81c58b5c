"""Does a checkpoint bring back the model, and the training with it?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes

if TYPE_CHECKING:
    import pytorch_lightning as pl
    from torch import Tensor

    from art.training.probing.digests import Digest
    from art.training.probing.rehearsing import Rehearsal
    from art.training.probing.resumed_rehearsal import Witness

TOLERANCE = 1e-5
REMEDY = (
    "Look at on_save_checkpoint, on_load_checkpoint, state_dict and the hooks at the start of "
    "training. What a model has learnt must be a parameter or a buffer (register_buffer)."
)
RESUME = (
    "Look at on_save_checkpoint, on_load_checkpoint and the hooks at the start of training: what "
    "they drop or begin anew is lost when a run is resumed."
)


@probes("art.RoundTrip.v1")
class RoundTrip(Probe):
    """A checkpoint must bring back the same model and the same state of its training.

    The rehearsal's checkpoint is resumed from by a model that began with other weights, as
    Lightning does it, hooks and all. Outputs in eval mode, weights, the state of optimizers and
    schedulers and the epoch are compared with what was saved. A model that draws at random in
    eval mode is judged by its weights alone.
    """

    cost: ClassVar[str] = "8 forward besides the rehearsal"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Resume from the rehearsal's checkpoint, and compare."""
        from art.training.probing.rehearsing import rehearse
        from art.training.probing.resumed_rehearsal import resume

        rehearsal = context.once(rehearse)
        if rehearsal is None or not rehearsal.complete:
            return []
        if rehearsal.checkpoint is None:
            return [_failed("no checkpoint can be saved", rehearsal.unsaved)]
        batch = next(iter(context.loader(context.build_data(), "train")))
        witness, error = resume(context, rehearsal, batch)
        if error:
            return [_failed("a run cannot be resumed from its checkpoint", error)]
        return (
            list(_model(rehearsal, witness, batch))
            or list(_loaded(context, rehearsal, batch))
            or list(_training(rehearsal, witness))[:1]
        )


def _failed(cause: str, error: str) -> Suspicion:
    return Suspicion(cause, error, REMEDY, "checkpoint", certain=False)


def _model(rehearsal: Rehearsal, witness: Witness, batch: Any) -> Iterator[Suspicion]:
    from art.training.probing.resumed_rehearsal import outputs_of

    lost = _first_difference(rehearsal.digests, witness.weights)
    before, after = outputs_of(rehearsal.module, batch), witness.outputs
    change = _change(before, after)
    if change > TOLERANCE:
        yield _lost(change, lost or _plain_difference(rehearsal.module, witness.module))
    elif lost:
        yield Suspicion(
            "a checkpoint does not bring all weights back",
            f"saved and loaded again, {lost} is another",
            REMEDY,
            lost,
            certain=False,
        )
    else:
        begun = _first_difference(rehearsal.digests, witness.begun)
        if begun:
            yield Suspicion(
                "a resumed run does not start from the weights of its checkpoint",
                f"{begun} is loaded, and is another before the first batch",
                "Look at on_train_start and on_train_epoch_start: what initialises weights there "
                "does so again in a resumed run. Do it in __init__.",
                begun,
            )


def _loaded(context: StageContext, rehearsal: Rehearsal, batch: Any) -> Iterator[Suspicion]:
    """What the start of a training sets again is lost to a model that is only used."""
    from art.training.probing.resumed_rehearsal import loaded_outputs, outputs_of

    after, module = loaded_outputs(context, rehearsal, batch)
    change = _change(outputs_of(rehearsal.module, batch), after)
    if change > TOLERANCE:
        yield _lost(change, _plain_difference(rehearsal.module, module))


def _lost(change: float, where: str) -> Suspicion:
    return Suspicion(
        "a checkpoint does not bring the model back",
        f"saved and loaded again, its outputs for a batch change by {change:.1%} of their size",
        REMEDY,
        where or "checkpoint",
    )


def _training(rehearsal: Rehearsal, witness: Witness) -> Iterator[Suspicion]:
    for number, (saved, found) in enumerate(
        zip(rehearsal.optimizers, witness.optimizers, strict=False)
    ):
        part = _lost_state(saved, found)
        if part:
            yield Suspicion(
                "a resumed run does not restore the optimizer's state",
                f"{part} of optimizer {number} is not what it was when the checkpoint was saved",
                RESUME,
                f"optimizer {number}",
            )
    for number, (saved, found) in enumerate(
        zip(rehearsal.schedulers, witness.schedulers, strict=False)
    ):
        if saved.get("last_epoch") != found.get("last_epoch"):
            yield Suspicion(
                "a resumed run does not restore the scheduler's state",
                f"scheduler {number} had taken {saved.get('last_epoch')} steps, and resumes at "
                f"{found.get('last_epoch')}",
                RESUME,
                f"scheduler {number}",
            )
    if witness.epoch != len(rehearsal.notes.after_epoch):
        yield Suspicion(
            "a resumed run does not continue at the epoch of its checkpoint",
            f"it was saved after {len(rehearsal.notes.after_epoch)} epochs, and resumes at epoch "
            f"{witness.epoch}",
            RESUME,
            "current_epoch",
        )


def _first_difference(saved: Mapping[str, Digest], found: Mapping[str, Digest]) -> str:
    return next((name for name, value in saved.items() if found.get(name) != value), "")


def _same(one: Tensor, other: Tensor) -> bool:
    """Equal to the last bit; what is no number is the same as what is none."""
    import torch

    return torch.equal(one.cpu().nan_to_num(), other.cpu().nan_to_num())


def _change(before: Any, after: Any) -> float:
    """The largest change, as a share of the largest output; 0 where it cannot be told."""
    import torch

    if not isinstance(before, torch.Tensor) or not isinstance(after, torch.Tensor):
        return 0.0
    if before.shape != after.shape:
        return 1.0
    one, other = before.float().cpu(), after.float().cpu()
    return float((one - other).abs().max() / (one.abs().max() + 1e-9)) if one.numel() else 0.0


def _plain_difference(one: pl.LightningModule, other: pl.LightningModule) -> str:
    """The first attribute that holds numbers, is no parameter or saved buffer, and differs."""
    found = dict(other.named_modules())
    for name, module in one.named_modules():
        if name not in found:
            continue
        held = {**vars(module), **module._buffers}
        theirs = {**vars(found[name]), **found[name]._buffers}
        for key, value in held.items():
            if not key.startswith("_") and _is_other(value, theirs.get(key)):
                return f"{name}.{key}" if name else key
    return ""


def _is_other(value: Any, other: Any) -> bool:
    import numpy as np
    import torch

    if isinstance(value, torch.Tensor) and isinstance(other, torch.Tensor):
        return value.shape != other.shape or not _same(value, other)
    if isinstance(value, np.ndarray) and isinstance(other, np.ndarray):
        return not np.array_equal(value, other, equal_nan=value.dtype.kind in "fc")
    floats = isinstance(value, float) and isinstance(other, float)
    return floats and value != other and not math.isnan(value)


def _lost_state(saved: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    from art.training.probing.digests import Digest

    for index, state in saved.get("state", {}).items():
        now = found.get("state", {}).get(index, {})
        for key, value in state.items():
            other = now.get(key)
            if isinstance(value, Digest | int | float) and value != other:
                return f"{key} of parameter {index}"
    return ""
