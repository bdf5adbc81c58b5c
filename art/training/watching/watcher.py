"""What the watchers of both kinds of module do: scores, the best weights, stopping, progress."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import torch

from art.core.logger import Row
from art.core.metric import MetricCalculator
from art.errors import DataError
from art.training.checkpoints.attributes import attributes_of
from art.training.checkpoints.best_weights import BestWeights
from art.training.checkpoints.use import for_lightning
from art.training.diverging import diagnose, place_of
from art.training.history import History
from art.training.namespaces import pl
from art.training.scoring.predictions import PredictionReader
from art.training.seeding import derive_seed, seed_all
from art.training.settings import Sinks, TrainingSettings
from art.training.watching.judge import Judge

PROGRESS_SECONDS = 0.1
FALLEN, STANDS = 0.25, 0.01
"""A loss has fallen by more than the one share of its first value, and stands still where it falls
by less than the other share of what is left."""
EVERY = 32
"""Steps between two looks at whether it stands; a wrapped model takes so many at once."""
LOOKED_BACK = 64
"""Losses among which the first one that is not finite is looked for."""


class Watcher(pl.Callback):
    """Watches a training run, as one of its Trainer's callbacks.

    Args:
        settings: how to train.
        history: takes every logged value.
        sinks: where progress goes.
        best: keeps the best weights; None where none are kept.
        validation: the loader to validate on; None where there is none.
        metrics: the calculators.
        loader: what is trained on.
        seed: the draws of an epoch are a function of it.
        epoch_batches: that an epoch has.
        kept: what a checkpoint holds besides: `overrides`, settings that the module was built with
            besides the config's, and what it takes to use it elsewhere.
        reader: reads the predictions of a user's own module.

    Attributes:
        diverged: why the loss is not finite, where it is not; empty else.
    """

    KEPT: ClassVar[tuple[str, ...]] = (
        "own_scores",
        "_logged",
        "_seen_batches",
        "_loss",
        "diverged",
        "_offered",
    )

    def __init__(
        self,
        settings: TrainingSettings,
        history: History,
        sinks: Sinks,
        best: BestWeights | None,
        *,
        validation: Any,
        metrics: Mapping[str, MetricCalculator],
        loader: Any,
        seed: int,
        epoch_batches: int,
        kept: Mapping[str, Any],
        reader: PredictionReader | None,
    ) -> None:
        self.settings = settings
        self.history = history
        self.sinks = sinks
        self.best = best
        self.validation = validation
        self.metrics = metrics
        self.loader = loader
        self.seed = seed
        self.epoch_batches = epoch_batches
        self.kept = dict(kept)
        self.reader = reader
        self.own_scores: dict[str, float] = {}
        self.diverged = ""
        self._judge = None if best is None else Judge(settings, best)
        self._logged: dict[str, float] = {}  # what a user's module logged itself, last
        self._seen_batches = 0
        self._told_at = 0.0
        self._loss: float | None = None
        self._offered: list[str] = []  # ART's scores that callbacks may ask the Trainer for

    # Kept over an interruption

    def state_dict(self) -> dict[str, Any]:
        """What a run that goes on needs to know, for Lightning's checkpoints and ours."""
        best = None
        if self.best is not None and self._judge is not None:
            best = [self.best.score, self.best.epoch, self._judge.worse]
        own = {name: getattr(self, name) for name in self.KEPT}
        return {"history": self.history.to_tensors(), "best": best, "own": own}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from there."""
        self.history.load_tensors(state_dict["history"])
        if self.best is not None and self._judge is not None and state_dict["best"] is not None:
            score, epoch, self._judge.worse = state_dict["best"]
            self.best.go_on(score, epoch)
        for name, value in state_dict["own"].items():
            setattr(self, name, value)

    # What the two kinds do differently

    @property
    def knows_loss(self) -> bool:
        """Whether the loss of a training batch has been noted."""
        return self._loss is not None

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
            "attributes": attributes_of(module),
            "epoch": module.current_epoch,
            **self.kept,
            **for_lightning(module),
        }

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
        if self._loss is not None and (
            not math.isfinite(self._loss) or self._is_learnt() or self._is_flat()
        ):
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

    def _is_flat(self) -> bool:
        """Whether the loss has fallen by a part, and has come to a floor."""
        span, losses = self.settings.stop_flat, self.history.values.get("train/loss") or []
        if span is None or len(losses) < 2 * span or len(losses) % EVERY:
            return False
        first = losses[0][2]
        now, before = (
            sum(value for _, _, value in part) / span
            for part in (losses[-span:], losses[-2 * span : -span])
        )
        return first - now > FALLEN * abs(first) and before - now < STANDS * abs(now)

    def _tell(self, trainer: pl.Trainer) -> None:
        total = self.settings.max_epochs * self.epoch_batches
        if self.settings.max_steps:
            total = min(total, self.settings.max_steps * self.settings.accumulate)
        values = {} if self._loss is None else {"train/loss": self._loss}
        judged = self.history.values.get(self.settings.monitor)
        if judged and self.settings.monitor not in values:
            values[self.settings.monitor] = judged[-1][2]
        told = [f"{name} {value:.4g}" for name, value in values.items()]
        text = ", ".join([f"epoch {trainer.current_epoch + 1}/{self.settings.max_epochs}", *told])
        self.sinks.progress(self._seen_batches, total, text, values)

    def _validation_is_due(self, trainer: pl.Trainer) -> bool:
        epoch = trainer.current_epoch + 1
        last = epoch >= self.settings.max_epochs or trainer.should_stop
        return last or epoch % self.settings.validate_every == 0

    def _take_scores(
        self, trainer: pl.Trainer, module: pl.LightningModule, scores: dict[str, float]
    ) -> None:
        """Keep an epoch's scores, and its weights if they are the best; stop where that is all."""
        rows = [
            (self._seen_batches, trainer.current_epoch + 1.0, name, value)
            for name, value in scores.items()
        ]
        if rows:
            self.history.add(rows)
        self._offer(trainer, scores)
        if self._judge is not None and self._judge.judge(
            scores,
            trainer.current_epoch,
            lambda: self.content(module),
            logged=self._logged,
            train_loss=self._epoch_loss(),
        ):
            trainer.should_stop = True

    def _offer(self, trainer: pl.Trainer, scores: Mapping[str, float]) -> None:
        """Let callbacks, such as EarlyStopping, find ART's scores beside what a module logs."""
        metrics = trainer.callback_metrics
        loss = self._epoch_loss()
        for name, value in {"train/loss": loss, **scores}.items():
            if value is None or (name in metrics and name not in self._offered):
                continue  # the module's own
            metrics[name] = torch.tensor(value)
            if name not in self._offered:
                self._offered.append(name)

    def _epoch_loss(self) -> float | None:
        """The mean training loss over the last epoch."""
        series = self.history.values.get("train/loss", [])[-self.epoch_batches :]
        return sum(value for _, _, value in series) / len(series) if series else None

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
