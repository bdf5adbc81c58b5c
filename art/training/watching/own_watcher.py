"""Watches a user's own LightningModule, unchanged."""

from __future__ import annotations

from typing import Any

import torch

from art.training.data_modules.batches import batch_size_of
from art.training.diverging import call_step, is_lost, silenced
from art.training.namespaces import pl
from art.training.scoring.own_values import loss_in, loss_of_output
from art.training.scoring.whole_split import score_split
from art.training.seeding import seed_step
from art.training.watching.watcher import Watcher

LOSSES_AT_ONCE = 16
"""Losses that are read together, since each reading waits for the device."""


class OwnWatcher(Watcher):
    """Watches a user's own LightningModule, unchanged: reads what it returns and logs."""

    KEPT = (*Watcher.KEPT, "_val_sum", "_val_count", "_buffer")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._buffer: list[tuple[int, torch.Tensor]] = []
        self._val_sum: torch.Tensor | float = 0.0
        self._val_count = 0
        self._batch: Any = None
        self._backwards = 0

    @property
    def knows_loss(self) -> bool:
        """Also one that is not read yet."""
        return bool(self._buffer) or super().knows_loss

    def on_train_batch_start(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, batch: Any, batch_idx: int
    ) -> None:
        """Draws of a step depend on the seed, the epoch and the batch."""
        seed_step(self.seed, trainer.current_epoch, batch_idx)
        self._batch = batch, batch_idx
        self._backwards = 0

    def on_before_backward(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, loss: torch.Tensor
    ) -> None:
        """Look at the loss while no step was taken with it."""
        self._backwards += 1
        if not is_lost(loss):
            return
        batch, index = self._batch

        def replay() -> None:
            with silenced(pl_module), trainer.precision_plugin.train_step_context():
                seed_step(self.seed, trainer.current_epoch, index)
                call_step(pl_module.training_step, batch, index)

        first = self._backwards == 1  # a replay cannot come to the second loss of a step
        self._look(
            self._seen_batches + 1,
            float(loss.detach()),
            pl_module,
            batch=batch,
            replay=replay if first else None,
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
        logged = {
            name: float(value)
            for name, value in trainer.callback_metrics.items()
            if name not in self._offered
        }
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
        self._take_scores(trainer, pl_module, scores)

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
