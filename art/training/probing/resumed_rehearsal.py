"""Resumes a rehearsal from its checkpoint, and looks at what came back."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from art.core.stage import StageContext
from art.training.namespaces import pl
from art.training.probing.digests import Digest, digests, in_place_of_tensors
from art.training.probing.noting import Enough
from art.training.probing.rehearsing import EPOCHS, Rehearsal, let_go, play
from art.training.scoring.calling import evaluating, predict


class Witness(pl.Callback):
    """Looks at a resumed run until its first batch, and ends it there.

    Attributes:
        module: that was resumed.
        weights: digests of its state dict after the checkpoint was loaded.
        begun: the same when the first batch begins.
        outputs: for a batch, in eval mode; None where they cannot be compared.
        optimizers, schedulers: their state dicts, with digests of tensors.
        epoch: the number of the epoch that begins.
    """

    def __init__(self, module: pl.LightningModule, batch: Any) -> None:
        self.module = module
        self.weights: dict[str, Digest] = {}
        self.begun: dict[str, Digest] = {}
        self.outputs: Tensor | None = None
        self.optimizers: list[dict[str, Any]] = []
        self.schedulers: list[dict[str, Any]] = []
        self.epoch = -1
        self._batch = batch

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """All is loaded; no hook of the module has begun to train."""
        self.weights = digests(pl_module)
        self.outputs = outputs_of(pl_module, self._batch)
        self.epoch = trainer.current_epoch

    def on_train_batch_start(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, *args: Any
    ) -> None:
        """The hooks at the start have run; nothing is trained yet."""
        self.begun = digests(pl_module)
        self.optimizers = [in_place_of_tensors(o.state_dict()) for o in trainer.optimizers]
        self.schedulers = [
            {"last_epoch": getattr(c.scheduler, "last_epoch", None)}
            for c in trainer.lr_scheduler_configs
        ]
        raise Enough


def resume(context: StageContext, rehearsal: Rehearsal, batch: Any) -> tuple[Witness, str]:
    """Resume from a rehearsal's checkpoint with a model that began with other weights.

    Returns:
        What was seen, and why it failed where it did.
    """
    module = context.build_model(seed=context.seed + 1)
    witness = Witness(module, batch)
    error = play(
        context,
        module,
        [witness],
        batches=rehearsal.batches,
        checkpoint=rehearsal.checkpoint,
        max_epochs=EPOCHS + 1,
    )
    let_go(module)
    return witness, error or ("" if witness.begun else "it ended before its first batch")


class _Loaded(pl.Callback):
    """Takes a module's outputs where a validation of a checkpoint begins, and ends it there."""

    def __init__(self, batch: Any) -> None:
        self.outputs: Tensor | None = None
        self._batch = batch

    def on_validation_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """The checkpoint is loaded; no hook of the module's training has run."""
        self.outputs = outputs_of(pl_module, self._batch)
        raise Enough


def loaded_outputs(
    context: StageContext, rehearsal: Rehearsal, batch: Any
) -> tuple[Tensor | None, pl.LightningModule]:
    """(outputs for a batch, module) of a model that is loaded to be used, and not to train on."""
    module = context.build_model(seed=context.seed + 1)
    loaded = _Loaded(batch)
    play(context, module, [loaded], run="validate", checkpoint=rehearsal.checkpoint)
    let_go(module)
    return loaded.outputs, module


def is_all_in_weights(context: StageContext, rehearsal: Rehearsal, batch: Any) -> bool:
    """Whether a fresh module with the rehearsal's weights gives the rehearsal's outputs."""
    module = context.build_model()
    if rehearsal.final is None:
        return True
    torch.nn.Module.load_state_dict(module, rehearsal.final.get(), strict=False)
    fresh, known = outputs_of(module, batch), outputs_of(rehearsal.module, batch)
    if fresh is None or known is None:
        return True
    return fresh.shape == known.shape and torch.allclose(
        fresh.cpu(), known.cpu(), rtol=1e-3, atol=1e-5
    )


def outputs_of(module: pl.LightningModule, batch: Any) -> Tensor | None:
    """A module's outputs for a batch in eval mode; None where they are drawn, or no tensor."""
    try:
        with evaluating(module), torch.no_grad():
            moved = module.transfer_batch_to_device(batch, module.device, 0)
            once, again = predict(module, moved), predict(module, moved)
    except Exception:
        return None  # a forward pass that takes something else than the inputs
    if not isinstance(once, Tensor) or not torch.equal(once, again):
        return None
    return once.detach()
