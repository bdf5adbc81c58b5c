"""Notes what happens in a short training run: modes, schedulers, logged values, weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import LRScheduler

from art.training.lending.holding import Held
from art.training.namespaces import pl
from art.training.probing.digests import Digest, digests
from art.training.probing.drawing import Draws
from art.training.scoring.own_values import loss_of_output

MIDDLE = 1
"""The validation that is gone back to besides the last one."""
OUTSIDE, TRAIN, VAL = "outside", "train", "val"


class Enough(Exception):  # noqa: N818 - no error: it ends a run that has shown what was asked
    """Ends a run early."""


@dataclass(frozen=True)
class ModeSeen:
    """A forward pass of a module whose work depends on its mode.

    Attributes:
        name: of the module.
        phase: in a training batch, a validation batch, or outside of both.
        epoch: of the run.
        training: its mode.
        learning: whether gradients were being recorded.
    """

    name: str
    phase: str
    epoch: int
    training: bool
    learning: bool


@dataclass
class SchedulerSteps:
    """How often a scheduler is stepped.

    Attributes:
        place: its number among those that were found.
        scheduler: itself.
        config: Lightning's settings of it (interval, frequency, monitor); None for one that the
            module keeps to itself.
        calls: (epoch, index of the batch; -1 between batches) of each step, in order.
        told: whether a step was given an epoch or a metric.
    """

    place: int
    scheduler: Any
    config: Any = None
    calls: list[tuple[int, int]] = field(default_factory=list)
    told: bool = False


@dataclass
class Validation:
    """What was true in one validation.

    Attributes:
        digests: of the state dict that the first batch was validated with.
        weights: that state dict; None in validations that nobody goes back to.
        batches: those of the first loader, as the module was given them.
        logged: the Trainer's metrics right after.
    """

    digests: dict[str, Digest] = field(default_factory=dict)
    weights: Held | None = None
    batches: list[Any] = field(default_factory=list)
    logged: dict[str, float] = field(default_factory=dict)


class Notes(pl.Callback):
    """Notes what a run does; changes nothing.

    Args:
        folder: on the disk where large weights are held.
        stop_after: ends the run with the last batch of that epoch; None to let it be.

    Attributes:
        modes: every kind of forward pass of a mode-dependent module, each once.
        snapshots: by epoch, the mode of every module in its first training batch.
        schedulers: those of the optimizers, and those that the module keeps to itself.
        losses: by epoch, those that the training steps returned.
        validations: one an epoch.
        after_epoch: digests of the weights after the last training batch of each epoch.
        drawn: what listened to the validation batches.
        epoch_batches: training batches of an epoch.
        validated_in_training: whether the module itself was in training mode in a validation.
        norms: names of the modules that are a batch norm or its like.
    """

    def __init__(self, folder: Path, stop_after: int | None = None) -> None:
        self.stop_after = stop_after
        self._folder = folder
        self.modes: dict[ModeSeen, None] = {}
        self.snapshots: dict[int, dict[str, bool]] = {}
        self.schedulers: list[SchedulerSteps] = []
        self.losses: dict[int, list[float]] = {}
        self.validations: list[Validation] = []
        self.after_epoch: list[dict[str, Digest]] = []
        self.drawn = Draws()
        self.epoch_batches = 0
        self.norms: set[str] = set()
        self.validated_in_training = False
        self._phase, self._epoch, self._batch = OUTSIDE, 0, -1
        self._handles: list[Any] = []
        self._kinds: list[tuple[Any, Any]] = []
        self._listening = False

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Put a hook on each module whose mode matters, and one on each scheduler."""
        for name, module in pl_module.named_modules():
            if depends_on_mode(module):
                self._handles.append(module.register_forward_pre_hook(self._hook(name)))
            if isinstance(module, nn.modules.batchnorm._NormBase):
                self.norms.add(name)
        self.schedulers = schedulers_of(trainer, pl_module)
        for steps in self.schedulers:
            self._count(steps)

    def on_train_batch_start(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, batch: Any, batch_idx: int
    ) -> None:
        """A training batch begins."""
        self._phase, self._epoch, self._batch = TRAIN, trainer.current_epoch, batch_idx

    def on_before_zero_grad(self, trainer: Any, pl_module: Any, optimizer: Any) -> None:
        """The step's forward pass may lie ahead or behind; the modes are the same."""
        self._snapshot(pl_module)

    def on_train_batch_end(
        self, trainer: pl.Trainer, pl_module: Any, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        """Keep the loss and, after an epoch's last batch, the weights."""
        self._snapshot(pl_module)
        loss = loss_of_output(outputs)
        if loss is not None:
            self.losses.setdefault(self._epoch, []).append(float(loss))
        if trainer.is_last_batch or batch_idx + 1 == trainer.num_training_batches:
            self.after_epoch.append(digests(pl_module))
            if self.stop_after == self._epoch:
                raise Enough
        self.epoch_batches = max(self.epoch_batches, batch_idx + 1)
        self._phase = OUTSIDE

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """What comes now belongs to no batch."""
        self._batch = -1

    def on_validation_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """A validation begins; it may do so before the epoch's end."""
        self.validations.append(Validation())

    def on_validation_batch_start(
        self, trainer: Any, pl_module: Any, batch: Any, batch_idx: int, dataloader_idx: int = 0
    ) -> None:
        """Keep the batch, and the weights that the first one meets."""
        now = self.validations[-1]
        if not now.digests:
            now.digests = digests(pl_module)
            now.weights = Held(tensors_of(pl_module), self._folder)
            for earlier in self.validations[:-1]:
                if earlier is not self.validations[MIDDLE]:
                    earlier.weights = None
        if dataloader_idx == 0:
            now.batches.append(batch)
        self._phase = VAL
        self._listening = True
        self.drawn.__enter__()

    def on_validation_batch_end(
        self, trainer: Any, pl_module: Any, *args: Any, **kwargs: Any
    ) -> None:
        """Cease to listen."""
        self.validated_in_training = self.validated_in_training or pl_module.training
        self._phase = OUTSIDE
        self._leave()

    def on_validation_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Keep what was logged."""
        self.validations[-1].logged = {k: float(v) for k, v in trainer.callback_metrics.items()}

    def on_exception(self, *args: Any, **kwargs: Any) -> None:
        """Cease to listen when a step fails."""
        self._leave()
        self.remove()

    def on_fit_end(self, *args: Any, **kwargs: Any) -> None:
        """Take the hooks off."""
        self.remove()

    def remove(self) -> None:
        """Take the hooks off; schedulers are what they were."""
        for handle in self._handles:
            handle.remove()
        self._handles = []
        for scheduler, kind in self._kinds:
            scheduler.__class__ = kind
        self._kinds = []

    def _leave(self) -> None:
        if self._listening:
            self._listening = False
            self.drawn.__exit__(None, None, None)

    def _hook(self, name: str) -> Callable[..., None]:
        def note(module: nn.Module, inputs: Any) -> None:
            learning = torch.is_grad_enabled()
            seen = ModeSeen(name, self._phase, self._epoch, module.training, learning)
            self.modes[seen] = None

        return note

    def _snapshot(self, module: nn.Module) -> None:
        if self._phase == TRAIN and self._epoch not in self.snapshots:
            self.snapshots[self._epoch] = {n: m.training for n, m in module.named_modules()}

    def _count(self, steps: SchedulerSteps) -> None:
        kind = type(steps.scheduler)

        def step(scheduler: Any, *args: Any, **kwargs: Any) -> Any:
            steps.calls.append((self._epoch, self._batch))
            steps.told = steps.told or any(a is not None for a in (*args, *kwargs.values()))
            return kind.step(scheduler, *args, **kwargs)

        # a class of its own, since a scheduler's attributes are its state and are saved with it
        steps.scheduler.__class__ = type(kind.__name__, (kind,), {"step": step})
        self._kinds.append((steps.scheduler, kind))


def depends_on_mode(module: nn.Module) -> bool:
    """Whether a module of torch works differently in training and evaluation."""
    if isinstance(module, nn.modules.dropout._DropoutNd):
        return module.p > 0
    if isinstance(module, nn.modules.batchnorm._NormBase):
        return isinstance(module, nn.modules.batchnorm._BatchNorm) and module.track_running_stats
    if isinstance(module, nn.RNNBase):
        return module.dropout > 0 and module.num_layers > 1
    return isinstance(module, nn.MultiheadAttention) and module.dropout > 0


def schedulers_of(trainer: pl.Trainer, module: pl.LightningModule) -> list[SchedulerSteps]:
    """The schedulers that Lightning knows, and those that stand in the module's attributes."""
    found = [SchedulerSteps(0, c.scheduler, c) for c in trainer.lr_scheduler_configs]
    for value in list(vars(module).values()):
        for each in value if isinstance(value, list | tuple) else (value,):
            known = any(each is steps.scheduler for steps in found)
            if isinstance(each, LRScheduler) and not known:
                found.append(SchedulerSteps(0, each))
    parts = [p for s in found for p in getattr(s.scheduler, "_schedulers", ())]
    found = [s for s in found if not any(s.scheduler is part for part in parts)]
    for place, steps in enumerate(found):
        steps.place = place
    return found


def tensors_of(module: nn.Module) -> dict[str, Tensor]:
    """A module's state dict as torch itself makes it: the very tensors that it works with."""
    state = nn.Module.state_dict(module)
    return {k: v.detach() for k, v in state.items() if isinstance(v, Tensor)}
