"""Makes a LightningModule of any nn.Module, its task and its optimizer, and a fast one.

Most of what Lightning costs in a small model is spent once a `training_step`. The wrapped module
optimizes manually and takes several batches a call, so that this cost is shared. What a step then
costs beside raw torch is measured by `make bench`; docs/training.md has the figures.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from art.core.data_info import DataInfo
from art.core.logger import Row
from art.core.task import Task
from art.errors import ModelError
from art.training.data_modules.batches import inputs_of, targets_of
from art.training.failures import is_out_of_memory
from art.training.namespaces import overrides, pl
from art.training.scoring.calling import feed
from art.training.seeding import generator_states, seed_step, set_generator_states
from art.training.threads import with_fitting_threads

UNSCALED = ("32-true", "32", "64-true", "bf16-true", "bf16-mixed")
"""Precisions that need no loss scaling, so that the bare optimizer can step."""


class TaskModule(pl.LightningModule):
    """An nn.Module with a task's loss and an optimizer, trained several batches a call.

    Args:
        network: maps inputs `(N, ...)` to outputs as the task expects them.
        task: gives the loss and the predictions.
        data_info: what the data holds; the outputs are checked against it at the first batch.
        make_optimizer: makes the optimizer from the trainable parameters.
        make_scheduler: makes the schedule from (optimizer, total steps, total epochs), or None.
            It is stepped once an optimizer step when it has `art_interval = "step"`, else once
            an epoch.
    """

    def __init__(
        self,
        network: nn.Module,
        task: Task,
        data_info: DataInfo,
        *,
        make_optimizer: Callable[[Any], torch.optim.Optimizer],
        make_scheduler: Callable[[torch.optim.Optimizer, int, int], Any] | None = None,
    ) -> None:
        super().__init__()
        self.automatic_optimization = False
        self.network = network
        self.task = task
        self.data_info = data_info
        self.make_optimizer = make_optimizer
        self.make_scheduler = make_scheduler
        self.loop = StepLoop()

    def forward(self, inputs: Any) -> Tensor:
        """The network's raw outputs."""
        return feed(self.network, inputs)

    def configure_optimizers(self) -> torch.optim.Optimizer:
        """The optimizer over every parameter that wants a gradient."""
        parameters = [p for p in self.network.parameters() if p.requires_grad]
        if not parameters:
            raise ModelError(
                f"{type(self.network).__name__} has no parameter to train: nothing requires a "
                f"gradient. Unfreeze a part of it."
            )
        optimizer = self.make_optimizer(parameters)
        if self.make_scheduler is not None:
            self.loop.scheduler = self.make_scheduler(
                optimizer, self.loop.total_steps, self.loop.total_epochs
            )
        return optimizer

    def loss_of(self, batch: Any) -> tuple[Tensor, Tensor, Tensor]:
        """(loss, outputs, targets) of one batch; the first one is checked against the task.

        Raises:
            ModelError: the outputs do not fit the task.
        """
        inputs, targets = _pair(batch)
        if targets is None:
            raise ModelError(
                "the batches hold no targets. A batch must be (inputs, targets) or a dict with "
                "'target', 'label' or 'y'."
            )
        outputs = self._outputs(inputs)
        if not self.loop.checked:
            self._check(outputs, targets)
        return self.task.loss(outputs, targets), outputs, targets

    def _outputs(self, inputs: Any) -> Tensor:
        if self.loop.checked:
            return feed(self.network, inputs)
        try:
            return with_fitting_threads(lambda: feed(self.network, inputs), self.device)
        except (RuntimeError, TypeError, ValueError, IndexError) as error:
            if is_out_of_memory(error):
                raise
            shape = tuple(inputs.shape) if isinstance(inputs, Tensor) else type(inputs).__name__
            raise ModelError(
                f"{type(self.network).__name__} cannot take this data's inputs {shape}: "
                f"{str(error).splitlines()[0]}. Check the model's input size against the data."
            ) from error

    def _check(self, outputs: Any, targets: Tensor) -> None:
        if not isinstance(outputs, Tensor):
            raise ModelError(
                f"{type(self.network).__name__} returns {type(outputs).__name__}, but the task "
                f"{type(self.task).__name__} needs a tensor. Return the outputs alone, or bring a "
                f"LightningModule with its own loss."
            )
        self.task.check_outputs(outputs, targets, self.data_info)
        self.loop.checked = True

    def predict_step(self, batch: Any, batch_idx: int = 0) -> Tensor:
        """What metric calculators read."""
        return self.task.predictions(feed(self.network, inputs_of(batch)))

    def transfer_batch_to_device(self, batch: Any, device: torch.device, index: int) -> Any:
        """On the CPU there is nothing to move, and walking 32 batches to find out costs time."""
        if device.type == "cpu":
            return batch
        return super().transfer_batch_to_device(batch, device, index)

    def training_step(self, batches: Sequence[Any], batch_idx: int) -> None:
        """Train on a list of batches, one optimizer step each (fewer where they accumulate)."""
        loop = self.loop
        loop.seed_chunk(self.current_epoch, batch_idx)
        plain = str(self.trainer.precision) in UNSCALED
        optimizer: Any = self.optimizers(use_pl_optimizer=not plain)
        network_train_step = self._micro_step if loop.micro_batch else self._step
        for batch in batches:
            if loop.done:
                break
            network_train_step(batch, plain)
            loop.look(batch)
            loop.batches += 1
            if not loop.step_is_due:
                loop.between(loop.in_epoch)
                continue
            if loop.clip is not None:
                self._clip(optimizer, loop.clip, plain)
            optimizer.step()
            optimizer.zero_grad()
            loop.steps += 1
            if loop.scheduler is not None and loop.by_step:
                loop.scheduler.step()
            loop.between(loop.in_epoch)
        loop.hand_over()
        if loop.done:
            self.trainer.should_stop = True

    def _clip(self, optimizer: Any, most: float, plain: bool) -> None:
        if not plain:
            self.clip_gradients(optimizer, most, self.loop.clip_by)
        elif self.loop.clip_by == "value":
            nn.utils.clip_grad_value_(self.network.parameters(), most)
        else:
            nn.utils.clip_grad_norm_(self.network.parameters(), most)

    def _step(self, batch: Any, plain: bool) -> None:
        loss, outputs, targets = self.loss_of(batch)
        self._backward(loss / self.loop.accumulate if self.loop.accumulate > 1 else loss, plain)
        self.loop.keep(loss.detach(), outputs.detach(), targets)

    def _micro_step(self, batch: Any, plain: bool) -> None:
        """One batch in parts that fit; each part's mean loss counts by its share of the batch."""
        inputs, targets = _pair(batch)
        assert targets is not None and self.loop.micro_batch
        total: Tensor | float = 0.0
        parts = []
        for part in zip(
            _parts(inputs, self.loop.micro_batch),
            targets.split(self.loop.micro_batch),
            strict=True,
        ):
            share = len(part[1]) / len(targets)
            loss, outputs, _ = self.loss_of(part)
            self._backward(loss * (share / self.loop.accumulate), plain)
            total = total + loss.detach() * share
            parts.append(outputs.detach())
        assert isinstance(total, Tensor)
        self.loop.keep(total, torch.cat(parts), targets)

    def _backward(self, loss: Tensor, plain: bool) -> None:
        if plain:
            loss.backward()
        else:
            self.manual_backward(loss)


class StepLoop:
    """What the training steps of one run count, keep and hand over.

    Attributes:
        steps: optimizer steps taken.
        batches: batches seen.
        max_steps: steps after which the run is done; None for no limit.
        epoch_batches: batches an epoch has.
        between: called after each batch, when nothing is half done, with the batches of its epoch
            that are done.
        on_lost: called with a batch whose loss is not finite, and that loss.
    """

    def __init__(self) -> None:
        self.seed = 0
        self.steps = 0
        self.batches = 0
        self.max_steps: int | None = None
        self.epoch_batches = 1
        self.total_steps = 1
        self.total_epochs = 1
        self.accumulate = 1
        self.micro_batch: int | None = None
        self.clip: float | None = None
        self.clip_by = "norm"
        self.scheduler: Any = None
        self.checked = False
        self.kept: list[tuple[Tensor, Tensor]] = []
        self.generators: dict[str, Any] | None = None
        self.on_losses: Callable[[list[Row]], None] = lambda rows: None
        self.between: Callable[[int], None] = lambda done: None
        self.on_lost: Callable[[Any, float], None] = lambda batch, loss: None
        self._losses: list[Tensor] = []
        self._last_losses: list[float] = []

    def seed_chunk(self, epoch: int, chunk: int) -> None:
        """Begin to draw for a chunk of batches, or go on where one was left half done."""
        if self.generators is None:
            seed_step(self.seed, epoch, chunk)
        else:
            set_generator_states(self.generators)
            self.generators = None

    def break_off(self) -> None:
        """Note where the draws of a chunk are, for the process that goes on with it."""
        self.hand_over()
        self.generators = generator_states()

    @property
    def done(self) -> bool:
        """Whether the limit of steps is reached."""
        return self.max_steps is not None and self.steps >= self.max_steps

    @property
    def in_epoch(self) -> int:
        """Batches of this epoch that are done, from 1 on."""
        return (self.batches - 1) % self.epoch_batches + 1

    @property
    def step_is_due(self) -> bool:
        """Whether enough batches were accumulated; an epoch's last gradients are used, not lost."""
        return self.batches % self.epoch_batches % self.accumulate == 0

    @property
    def by_step(self) -> bool:
        """Whether the schedule moves once a step rather than once an epoch."""
        return getattr(self.scheduler, "art_interval", "epoch") == "step"

    def keep(self, loss: Tensor, outputs: Tensor, targets: Tensor) -> None:
        """Note a batch's loss and outputs, without waiting for the device."""
        self._losses.append(loss)
        self.kept.append((outputs, targets))

    def look(self, batch: Any) -> None:
        """Tell of a loss that is not finite while its batch is here and no step was taken with it.

        One on a device is not waited for: it shows when the losses are handed over.
        """
        loss = self._losses[-1]
        if loss.is_cpu and not math.isfinite(value := loss.item()):
            self.on_lost(batch, value)

    def join_kept(self) -> None:
        """Make one of the outputs kept so far; they are joined at the epoch's end anyway."""
        if len(self.kept) > 1:
            outputs, targets = zip(*self.kept, strict=True)
            self.kept[:] = [(torch.cat(outputs), torch.cat(targets))]

    def hand_over(self) -> None:
        """Send the losses kept since the last call to the history, read in one transfer."""
        if not self._losses:
            return
        values = torch.stack(self._losses).tolist()
        first = self.batches - len(values)
        rows: list[Row] = [
            (index + 1, (index + 1) / self.epoch_batches, "train/loss", value)
            for index, value in enumerate(values, start=first)
        ]
        self._losses = []
        self.on_losses(rows)


def _parts(inputs: Any, size: int) -> Iterable[Any]:
    """Inputs in parts of so many rows; several are cut in the same places."""
    if isinstance(inputs, Tensor):
        return inputs.split(size)
    if isinstance(inputs, Mapping):
        rows = zip(*(_parts(value, size) for value in inputs.values()), strict=True)
        return [dict(zip(inputs, parts, strict=True)) for parts in rows]
    return zip(*(_parts(value, size) for value in inputs), strict=True)


def is_own_optimizer(module: Any) -> bool:
    """Whether a LightningModule (or its class) brings its own optimizer."""
    return overrides(module, "configure_optimizers")


def _pair(batch: Any) -> tuple[Any, Any]:
    """Inputs and targets; of a plain pair without looking at what they hold, which costs time."""
    if type(batch) in (tuple, list) and len(batch) == 2:
        return batch[0], batch[1]
    return inputs_of(batch), targets_of(batch)
