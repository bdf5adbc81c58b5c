"""Callbacks that watch a training run: scores, the best weights, stopping, progress."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import pytorch_lightning as pl
import torch

from art.core.logger import Row
from art.core.metric import MetricCalculator
from art.errors import DataError
from art.training.batches import batch_size_of
from art.training.checkpoints import BestWeights
from art.training.description import loader_of
from art.training.diverging import call_step, diagnose, is_lost, place_of, silenced
from art.training.history import History
from art.training.own_values import loss_in, loss_of_output
from art.training.reading import PredictionReader
from art.training.scoring import score_split
from art.training.seeding import derive_seed, seed_all, seed_step
from art.training.settings import Sinks, TrainingSettings
from art.training.wrapping import TaskModule

PROGRESS_SECONDS = 0.1
LOSSES_AT_ONCE = 16
"""Losses of a user's own module that are read together, since each reading waits for the device."""

LOOKED_BACK = 64
"""Losses among which the first one that is not finite is looked for."""


class Watcher(pl.Callback):
    """What both kinds of module need: best weights, stopping early, progress.

    Args:
        settings: how to train.
        history: takes every logged value.
        sinks: where progress goes.
        best: keeps the best weights; None where none are kept.
        validation: the loader to validate on; None where there is none.
        metrics: the calculators.
        loader: what is trained on.

    Attributes:
        diverged: why the loss is not finite, where it is not; empty else.
    """

    KEPT: ClassVar[tuple[str, ...]] = (
        "own_scores", "_logged", "_seen_batches", "_worse", "_loss", "diverged",
    )  # fmt: skip

    def __init__(
        self,
        settings: TrainingSettings,
        history: History,
        sinks: Sinks,
        best: BestWeights | None,
        validation: Any,
        metrics: Mapping[str, MetricCalculator],
        loader: Any,
    ) -> None:
        self.settings = settings
        self.history = history
        self.sinks = sinks
        self.best = best
        self.validation = validation
        self.metrics = metrics
        self.loader = loader
        self.seed = 0
        self.epoch_batches = 1
        self.own_scores: dict[str, float] = {}
        self.overrides: dict[str, Any] = {}
        self.reader: PredictionReader | None = None
        self._logged: dict[str, float] = {}  # what a user's module logged itself, last
        self._seen_batches = 0
        self._worse = 0
        self._told_at = 0.0
        self._loss: float | None = None
        self.diverged = ""

    # Kept over an interruption

    def state_dict(self) -> dict[str, Any]:
        """What a run that goes on needs to know, for Lightning's checkpoints and ours."""
        best = None if self.best is None else [self.best.score, self.best.epoch]
        own = {name: getattr(self, name) for name in self.KEPT}
        return {"history": self.history.to_tensors(), "best": best, "own": own}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from there."""
        self.history.load_tensors(state_dict["history"])
        if self.best is not None and state_dict["best"] is not None:
            self.best.go_on(*state_dict["best"])
        for name, value in state_dict["own"].items():
            setattr(self, name, value)

    # What the two kinds do differently

    def take_losses(self, rows: list[Row]) -> None:
        """Losses of training batches, in order."""
        self._loss = rows[-1][3]
        if math.isfinite(self._loss):  # a step without a loss was got over
            self.diverged = ""
        self.history.add(rows)

    def content(self, module: pl.LightningModule) -> dict[str, Any]:
        """What a checkpoint of the best weights holds."""
        return {
            "state_dict": module.state_dict(),
            "epoch": module.current_epoch,
            "overrides": self.overrides,
        }

    def scoring_loader(self, data: pl.LightningDataModule) -> Any:
        """The training split's loader for scoring."""
        return loader_of(data, "train")

    # Shared

    def on_train_epoch_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Set this epoch's order and draws from the seed and the epoch alone."""
        epoch = trainer.current_epoch
        seed_all(derive_seed(self.seed, "epoch", epoch))
        set_epoch = getattr(self.loader, "set_epoch", None)
        if callable(set_epoch):
            set_epoch(epoch)

    def _count_batches(self, trainer: pl.Trainer, count: int) -> None:
        """Note progress; stop a run whose loss is lost, or low enough."""
        self._seen_batches += count
        if self._loss is not None and (not math.isfinite(self._loss) or self._is_learnt()):
            trainer.should_stop = True
        now = time.monotonic()
        if now - self._told_at < PROGRESS_SECONDS:
            return
        self._told_at = now
        self._tell(trainer)

    def _look(
        self, number: int, loss: float, module: Any, *, batch: Any, replay: Any = None
    ) -> None:
        """Find out why the loss of a batch, counted from 1 over the run, is not finite."""
        if not self.diverged:
            place = place_of(number, self.epoch_batches, self.settings.accumulate)
            self.diverged = diagnose(module, loss, place, batch=batch, replay=replay)

    def _look_back(self, module: Any, batches: Sequence[Any]) -> None:
        """The same where it shows only now, steps later, in the last of the losses.

        Args:
            module: what is trained.
            batches: the last ones, as far as they are known still.
        """
        if self.diverged or self._loss is None or math.isfinite(self._loss):
            return
        lost = [
            (number, value)
            for number, _, value in self.history.values["train/loss"][-LOOKED_BACK:]
            if not math.isfinite(value)
        ]
        number, value = lost[0]
        index = number - 1 - self._seen_batches + len(batches)
        self._look(number, value, module, batch=batches[index] if index >= 0 else None)

    def _is_learnt(self) -> bool:
        """Whether the loss has fallen to the share of the first one that is enough."""
        ratio, losses = self.settings.stop_ratio, self.history.values.get("train/loss")
        if ratio is None or not losses or self._loss is None or losses[0][2] <= 0:
            return False  # a loss below 0 has no floor there
        return self._loss <= ratio * losses[0][2]

    def _tell(self, trainer: pl.Trainer) -> None:
        total = self.settings.max_epochs * self.epoch_batches
        if self.settings.max_steps:
            total = min(total, self.settings.max_steps * self.settings.accumulate)
        text = f"epoch {trainer.current_epoch + 1}/{self.settings.max_epochs}"
        if self._loss is not None:
            text += f", train/loss {self._loss:.4g}"
        self.sinks.progress(self._seen_batches, total, text)

    def _validation_is_due(self, trainer: pl.Trainer) -> bool:
        epoch = trainer.current_epoch + 1
        last = epoch >= self.settings.max_epochs or trainer.should_stop
        return last or epoch % self.settings.validate_every == 0

    def _judge(
        self, trainer: pl.Trainer, module: pl.LightningModule, scores: dict[str, float]
    ) -> None:
        """Keep the weights if they are the best; stop where nothing gets better or all is won."""
        rows = [
            (self._seen_batches, trainer.current_epoch + 1.0, name, value)
            for name, value in scores.items()
        ]
        if rows:
            self.history.add(rows)
        if self.best is None:
            return
        score = scores.get(self.settings.monitor, self._logged.get(self.settings.monitor))
        if score is None:
            score, sign = self._fallback(scores)
            score *= sign
        if self.best.offer(score, trainer.current_epoch, self.content(module)):
            self._worse = 0
        else:
            self._worse += 1
        patience = self.settings.patience
        if patience is not None and self._worse >= patience:
            trainer.should_stop = True
        if self._is_won(scores):
            trainer.should_stop = True

    def _fallback(self, scores: Mapping[str, float]) -> tuple[float, float]:
        """A loss stands in for a score that nothing measures; the sign turns its direction."""
        sign = -1.0 if self.settings.higher_is_better else 1.0
        found = {"val": scores.get("val/loss"), "train": self._epoch_loss()}
        wanted = self.settings.monitor.partition("/")[0]
        for split in (wanted, "val", "train"):
            value = found.get(split)
            if value is not None:
                return value, sign
        return 0.0, sign  # no loss either: the last weights are as good as any

    def _epoch_loss(self) -> float | None:
        """The mean training loss over the last epoch."""
        series = self.history.values.get("train/loss", [])[-self.epoch_batches :]
        return sum(value for _, _, value in series) / len(series) if series else None

    def _is_won(self, scores: Mapping[str, float]) -> bool:
        if self.settings.stop_at is None:
            return False
        name, goal = self.settings.stop_at
        value = scores.get(name)
        if value is None:
            return False
        return value >= goal if self.settings.higher_is_better else value <= goal

    def raise_if_untrained(self) -> None:
        """Refuse a run that saw no batch.

        Raises:
            DataError: the training loader gave nothing.
        """
        if not self._seen_batches:
            raise DataError(
                "the training loader gave no batch. Is the split empty, or smaller than a batch "
                "that is dropped when it is not full?"
            )


class TaskWatcher(Watcher):
    """Watches a wrapped module: its epochs are scored here, outside Lightning's loops."""

    def on_train_epoch_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Also forget the last epoch's outputs."""
        super().on_train_epoch_start(trainer, pl_module)
        assert isinstance(pl_module, TaskModule)
        pl_module.loop.kept.clear()
        self._epoch_started_at = len(self.history.values.get("train/loss", ()))
        pl_module.loop.on_lost = lambda batch, loss: self._look(
            pl_module.loop.batches + 1,
            loss,
            pl_module,
            batch=batch,
            replay=lambda: pl_module.loss_of(batch),
        )

    def on_train_batch_end(
        self, trainer: pl.Trainer, pl_module: Any, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        """One call of several batches ended."""
        self._count_batches(trainer, pl_module.loop.batches - self._seen_batches)
        self._look_back(pl_module, batch)
        if self.best is None:
            pl_module.loop.kept.clear()

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Score the epoch: running scores of the training split, whole scores of val."""
        assert isinstance(pl_module, TaskModule)
        loop = pl_module.loop
        if loop.scheduler is not None and not loop.by_step:
            _step_scheduler(loop.scheduler, self._loss or 0.0)
        if self.best is None or not self._validation_is_due(trainer):
            return
        scores = self._running_scores(pl_module)
        if self.validation is not None:
            found = score_split(pl_module, self.validation, self.metrics)
            scores.update(found.scores("val"))
        self._judge(trainer, pl_module, scores)

    def _running_scores(self, module: TaskModule) -> dict[str, float]:
        """From the outputs that training computed anyway; no second pass over the split."""
        kept = module.loop.kept
        if not kept or not self.metrics:
            return {}
        with torch.inference_mode():
            predictions = module.task.predictions(torch.cat([outputs for outputs, _ in kept]))
            targets = torch.cat([targets for _, targets in kept])
            scores: dict[str, float] = {}
            for metric in self.metrics.values():
                metric.reset()
                metric.update(predictions, targets)
                scores.update({f"train/{k}": float(v) for k, v in metric.compute().items()})
        return scores


class OwnWatcher(Watcher):
    """Watches a user's own LightningModule, unchanged: reads what it returns and logs."""

    KEPT = (*Watcher.KEPT, "_val_sum", "_val_count", "_buffer")

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._buffer: list[tuple[int, torch.Tensor]] = []
        self._val_sum: torch.Tensor | float = 0.0
        self._val_count = 0
        self._batch: Any = None

    def on_train_batch_start(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, batch: Any, batch_idx: int
    ) -> None:
        """Draws of a step depend on the seed, the epoch and the batch."""
        seed_step(self.seed, trainer.current_epoch, batch_idx)
        self._batch = batch, batch_idx

    def on_before_backward(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, loss: torch.Tensor
    ) -> None:
        """Look at the loss while no step was taken with it."""
        if not is_lost(loss):
            return
        batch, index = self._batch

        def replay() -> None:
            with silenced(pl_module), trainer.precision_plugin.train_step_context():
                seed_step(self.seed, trainer.current_epoch, index)
                call_step(pl_module.training_step, batch, index)

        self._look(
            self._seen_batches + 1, float(loss.detach()), pl_module, batch=batch, replay=replay
        )

    def on_train_batch_end(
        self,
        trainer: pl.Trainer,
        pl_module: pl.LightningModule,
        outputs: Any,
        batch: Any,
        batch_idx: int,
    ) -> None:
        """Note the step's loss: what it returned, else what it logged."""
        loss = loss_of_output(outputs)
        if loss is not None and pl_module.automatic_optimization:
            loss = loss * trainer.accumulate_grad_batches  # Lightning has divided it
        if loss is None:
            logged = loss_in(trainer.callback_metrics, "train")
            loss = None if logged is None else torch.tensor(logged)
        self._seen_batches += 1
        if loss is not None:
            self._buffer.append((self._seen_batches, loss))
        self._seen_batches -= 1
        if len(self._buffer) >= LOSSES_AT_ONCE:  # not by time: a repetition must stop where it did
            self._flush()
        self._count_batches(trainer, 1)
        self._look_back(pl_module, [batch])

    def on_validation_epoch_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Forget the last validation."""
        self._val_sum, self._val_count = 0.0, 0

    def on_validation_batch_end(
        self,
        trainer: pl.Trainer,
        pl_module: pl.LightningModule,
        outputs: Any,
        batch: Any,
        batch_idx: int,
        dataloader_idx: int = 0,
    ) -> None:
        """Note a validation loss that the module returns; the mean is over samples."""
        loss = loss_of_output(outputs)
        if loss is not None and dataloader_idx == 0:
            count = batch_size_of(batch)
            self._val_sum = self._val_sum + loss * count
            self._val_count += count

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """After Lightning's own validation: read what was logged, score val, judge."""
        self._flush()
        self._look_back(pl_module, [])
        if not self._validation_is_due(trainer):
            return
        logged = {name: float(value) for name, value in trainer.callback_metrics.items()}
        self.own_scores, self._logged = dict(logged), logged
        scores: dict[str, float] = {}
        if self._val_count:
            scores["val/loss"] = float(self._val_sum) / self._val_count
        elif (loss := loss_in(logged, "val")) is not None:
            scores["val/loss"] = loss
        if (mean := self._epoch_loss()) is not None:
            self.own_scores["train/loss"] = mean
        self.own_scores.update(scores)
        if self.validation is not None and self.metrics and self.best is not None:
            found = score_split(pl_module, self.validation, self.metrics, reader=self.reader)
            scores.update(found.scores("val"))
        self._judge(trainer, pl_module, scores)

    def _flush(self) -> None:
        if not self._buffer:
            return
        values = torch.stack([loss.float().cpu() for _, loss in self._buffer]).tolist()
        self.take_losses(
            [
                (batch, batch / self.epoch_batches, "train/loss", value)
                for (batch, _), value in zip(self._buffer, values, strict=True)
            ]
        )
        self._buffer.clear()


def _step_scheduler(scheduler: Any, loss: float) -> None:
    if isinstance(scheduler, torch.optim.lr_scheduler.ReduceLROnPlateau):
        scheduler.step(loss)
    else:
        scheduler.step()
