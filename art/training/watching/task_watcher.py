"""Watches a wrapped module, whose epochs are scored outside Lightning's loops."""

from __future__ import annotations

from typing import Any

import torch

from art.training.namespaces import pl
from art.training.scoring.whole_split import score_split
from art.training.watching.watcher import Watcher
from art.training.wrapping import TaskModule


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
        self._take_scores(trainer, pl_module, scores)

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


def _step_scheduler(scheduler: Any, loss: float) -> None:
    if isinstance(scheduler, torch.optim.lr_scheduler.ReduceLROnPlateau):
        scheduler.step(loss)
    else:
        scheduler.step()
