"""Validates a fresh module with the weights of a rehearsal, and predicts the same batches."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from art.core.stage import StageContext
from art.training.data_modules.batches import targets_of
from art.training.namespaces import pl
from art.training.probing.listening import LossCall, LossCalls
from art.training.probing.noting import tensors_of
from art.training.probing.rehearsing import EPOCHS, Rehearsal, play
from art.training.scoring.calling import call, evaluating, predict
from art.training.scoring.own_values import loss_of_output


@dataclass
class Replay:
    """What a validation of given weights gives.

    Attributes:
        logged: what the module logged in it, by name.
        batches: of the first loader, as the module was given them.
        losses: the loss functions that were called.
        loaders: how many loaders were validated.
        returned: the loss that each step returned; NaN for one that returned none.
        predictions: `(n, ...)` for each batch; empty where they cannot be told from the outputs
            that the validation worked with.
        targets: `(n, ...)` for each batch.
    """

    logged: dict[str, float] = field(default_factory=dict)
    batches: list[Any] = field(default_factory=list)
    losses: list[LossCall] = field(default_factory=list)
    loaders: int = 0
    returned: list[float] = field(default_factory=list)
    predictions: list[Tensor] = field(default_factory=list)
    targets: list[Tensor] = field(default_factory=list)


class _Replayer(pl.Callback):
    """Puts weights into the module where its validation begins, and watches the validation."""

    def __init__(self, weights: Mapping[str, Tensor]) -> None:
        self.weights = weights
        self.replay = Replay()
        self.held = True
        self.outputs: dict[str, list[Tensor]] = {}
        self._mode = LossCalls()
        self._handles: list[Any] = []
        self._inside = False

    def on_validation_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Before the module's own hook."""
        nn.Module.load_state_dict(pl_module, dict(self.weights), strict=False)
        for name, module in pl_module.named_modules():
            self._handles.append(module.register_forward_hook(self._hook(name)))

    def on_validation_batch_start(
        self, trainer: Any, pl_module: Any, batch: Any, batch_idx: int, dataloader_idx: int = 0
    ) -> None:
        """Look whether a hook has changed the weights; begin to listen."""
        self.replay.loaders = max(self.replay.loaders, dataloader_idx + 1)
        if not self.replay.batches:
            now = tensors_of(pl_module)
            self.held = all(torch.equal(v.cpu(), self.weights[k].cpu()) for k, v in now.items())
        if dataloader_idx == 0:
            self.replay.batches.append(batch)
        self._inside = True
        self._mode.__enter__()

    def on_validation_batch_end(
        self, trainer: Any, pl_module: Any, outputs: Any, *args: Any, **kwargs: Any
    ) -> None:
        """Cease to listen; one batch tells which outputs are worked with."""
        loss = loss_of_output(outputs)
        self.replay.returned.append(math.nan if loss is None else float(loss))
        self.leave()
        self.remove()

    def on_exception(self, *args: Any, **kwargs: Any) -> None:
        """Cease to listen when a step fails."""
        self.leave()
        self.remove()

    def leave(self) -> None:
        """Cease to listen."""
        if self._inside:
            self._inside = False
            self._mode.__exit__(None, None, None)
        self.replay.losses = self._mode.calls

    def remove(self) -> None:
        """Take the hooks off."""
        for handle in self._handles:
            handle.remove()
        self._handles = []

    def _hook(self, name: str) -> Any:
        def keep(module: nn.Module, inputs: Any, output: Any) -> None:
            if isinstance(output, Tensor):
                self.outputs.setdefault(name, []).append(output.detach())

        return keep


def replay(
    context: StageContext, rehearsal: Rehearsal, *, epoch: int = -1, twice: bool = False
) -> Replay | None:
    """Validate a fresh module with the weights of one of the rehearsal's validations.

    Args:
        context: gives the module and the data.
        rehearsal: whose weights.
        epoch: the number of the validation; the last one by default.
        twice: validate with the module's first weights before, so that what a module carries from
            one validation to the next comes to light.

    Returns:
        None where it fails, or where a hook validates other weights.
    """
    module = context.build_model()
    held = rehearsal.notes.validations[epoch].weights
    if held is None:
        return None
    weights = held.get()

    def late(trainer: pl.Trainer) -> None:  # what depends on the epoch is as it was then
        trainer.fit_loop.epoch_progress.current.completed = epoch % EPOCHS

    batches = rehearsal.batches
    if twice and play(context, module, [], run="validate", batches=batches, before=late):
        return None
    replayer = _Replayer(weights)

    def look(trainer: pl.Trainer) -> None:
        logged = trainer.callback_metrics
        replayer.replay.logged = {name: float(value) for name, value in logged.items()}

    error = play(
        context, module, [replayer], run="validate", batches=batches, before=late, after=look
    )
    if error or not replayer.held or not replayer.replay.batches:
        return None
    if not twice and replayer.replay.loaders == 1:
        nn.Module.load_state_dict(module, dict(weights), strict=False)
        _predict(module, replayer)
    return replayer.replay


def _predict(module: pl.LightningModule, replayer: _Replayer) -> None:
    found = replayer.replay
    predictions, targets = [], []
    try:
        # listened to as the validation was: attention then takes the same way, and rounds alike
        with evaluating(module), torch.no_grad(), LossCalls():
            raw = _raw(module, found.batches[0])
            if raw is None or not _was_seen(raw, replayer.outputs):
                return
            for index, batch in enumerate(found.batches):
                said, true = predict(module, batch, index), targets_of(batch)
                if not isinstance(said, Tensor) or not isinstance(true, Tensor):
                    return
                predictions.append(said.detach().cpu())
                targets.append(true.detach().cpu())
    except Exception:
        return  # a forward pass that takes something else than the inputs
    found.predictions, found.targets = predictions, targets


def _raw(module: pl.LightningModule, batch: Any) -> Tensor | None:
    output = call(module, batch)
    return output if isinstance(output, Tensor) else None


def _was_seen(raw: Tensor, outputs: Mapping[str, list[Tensor]]) -> bool:
    """Whether the validation worked with these outputs, and with no others of that module: an
    averaged model or several views of an input give others."""

    def same(other: Tensor) -> bool:
        return other.numel() == raw.numel() and torch.allclose(
            other.reshape(-1), raw.reshape(-1), rtol=1e-4, atol=1e-6
        )

    return any(given and all(same(each) for each in given) for given in outputs.values())


def equal_batches(one: Any, other: Any) -> bool:
    """Whether two batches, or lists of them, hold the same tensors."""
    if isinstance(one, Tensor) and isinstance(other, Tensor):
        return one.shape == other.shape and torch.equal(one, other)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(equal_batches(one[k], other[k]) for k in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(equal_batches, one, other))
    return True
