"""Trains a module and scores the result: the one place that calls `Trainer.fit`."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from art.core import interrupts
from art.core.data_info import DataInfo
from art.core.fit import Fit
from art.core.logger import Row
from art.core.metric import MetricCalculator
from art.errors import DataError, UserError
from art.training.adapting import adapted
from art.training.alone import LentData, leave_out_what_waits_for_validation
from art.training.callbacks import (
    cannot_go_on,
    fitted,
    keep_files_of,
    keeps_checkpoints,
    make_the_last_weights,
)
from art.training.checkpoints.best_weights import BestWeights
from art.training.checkpoints.use import use_of
from art.training.data_modules.description import loader_of, loaders_of
from art.training.data_modules.limiting import limited
from art.training.data_modules.loaders import RepeatedBatches
from art.training.data_modules.of_module import OfModule
from art.training.diverging import spoilt_by_last_step
from art.training.history import History
from art.training.module_logger.logger import module_logger, say_what_was_not_recorded
from art.training.namespaces import namespace_of, pl
from art.training.resuming.keeper import Keeper, Settled
from art.training.resuming.loader import PausingLoader
from art.training.resuming.sources import lent_loader, source_of
from art.training.scoring.module_scores import autocast_of, own_scores, scoring_limits, take
from art.training.scoring.own_values import finite
from art.training.scoring.predictions import PredictionReader
from art.training.scoring.whole_split import score_split
from art.training.seeding import derive_seed, seed_all
from art.training.settings import Sinks, TrainingSettings
from art.training.threads import threads_restored
from art.training.trainer import make_trainer, running, spare_empty_hooks
from art.training.watching.own_watcher import OwnWatcher
from art.training.watching.task_watcher import TaskWatcher
from art.training.watching.watcher import Watcher
from art.training.wrapping import TaskModule

BEST = "checkpoints/best.ckpt"
CHUNK = 32
"""Batches a `training_step` of a wrapped module takes; facts on the cost are in wrapping.py."""


def fit(
    module: pl.LightningModule,
    data: pl.LightningDataModule,
    settings: TrainingSettings,
    *,
    metrics: Mapping[str, MetricCalculator],
    sinks: Sinks,
    folder: Path,
    seed: int,
    batches: Sequence[Any] | None = None,
    overrides: Mapping[str, Any] | None = None,
    reader: PredictionReader | None = None,
    data_info: DataInfo | None = None,
) -> Fit:
    """Train a module on a data module, keep its best weights, and score them.

    Args:
        module: an untrained module, wrapped or a user's own.
        data: a data module that is set up.
        settings: how to train.
        metrics: the calculators for the train and val splits.
        sinks: where to say what happens.
        folder: the run folder; checkpoints go to `checkpoints/`.
        seed: everything random is a function of it, the epoch and the batch.
        batches: train on these alone, in turn and over and over (`settings.max_steps` of them);
            nothing is scored or kept.
        overrides: the settings that the module was built with besides the config's; kept in the
            checkpoint, so that it can be built again.
        reader: reads the predictions of a user's own module.
        data_info: what the data holds; kept in the checkpoint, so that it can be used without.

    Raises:
        DataError: there is nothing to train on.
        ModelError: the model does not fit the data or the task.
    """
    loader, epoch_batches = _train_loader(data, settings, batches)
    alone = batches is not None
    run = _Run(
        module,
        data,
        replace(settings, max_epochs=1) if alone else settings,
        sinks,
        folder,
        loader=loader,
        alone=alone,
        metrics=metrics,
        seed=seed,
        epoch_batches=epoch_batches,
        kept={"overrides": dict(overrides or {}), **use_of(data_info, reader)},
        reader=reader,
    )
    with threads_restored():
        return run.fit()


def _train_loader(
    data: pl.LightningDataModule, settings: TrainingSettings, batches: Sequence[Any] | None
) -> tuple[Any, int]:
    """The loader to train on, and the batches an epoch has."""
    if batches is not None:
        times = settings.max_steps or 1
        loader: Any = RepeatedBatches(batches, times * settings.accumulate)
    else:
        loader = limited(loader_of(data, "train"), settings.limits.get("train"), "train")
        if loader is None:
            raise DataError(f"{type(data).__name__} has no train_dataloader.")
    try:
        count = len(loader)
    except TypeError:  # an iterable data set: its epochs end where they end
        count = 10**9
    if not count:
        raise DataError(
            "the training split gives no batch: it is empty, or smaller than a batch "
            "that is dropped when it is not full."
        )
    return loader, count


class _Run:
    """One training run: what takes part in it is made, then it is trained, kept and scored.

    A wrapped module is trained on our own loader, in chunks; a user's own module by Lightning on
    its data module. Trained alone on a few batches, either is given these, and nothing is scored.
    """

    def __init__(
        self,
        module: pl.LightningModule,
        data: pl.LightningDataModule,
        settings: TrainingSettings,
        sinks: Sinks,
        folder: Path,
        *,
        loader: Any,
        alone: bool,
        metrics: Mapping[str, MetricCalculator],
        seed: int,
        epoch_batches: int,
        kept: Mapping[str, Any],
        reader: PredictionReader | None,
    ) -> None:
        self.module = module
        self.data = adapted(data, namespace_of(module))
        self.settings = settings
        self.sinks = sinks
        self.folder = folder
        self.alone = alone
        self.seed = seed
        self.epoch_batches = epoch_batches
        self.loop = module.loop if isinstance(module, TaskModule) else None
        self.metrics = metrics
        self.history = History(sinks.log)
        self.best = None if alone else BestWeights(folder / BEST, settings.higher_is_better)
        self.validation = None if alone else self._limited("val")
        # a user's hooks may read what validation logs, so one batch is validated after one batch
        self.glance = loaders_of(data, "val") if alone and self.loop is None else None
        self.loader = PausingLoader(source_of(loader, self.data_seed), self._batches_at_once())
        self.watcher = self._watcher(epoch_batches, kept, reader)
        if self.loop is not None:
            self._prepare_loop(self.loop, epoch_batches)
        self.callbacks = fitted(
            sinks.callbacks, folder, alone=self.alone, wrapped=self.loop is not None
        )
        self.keeper = self._keeper(epoch_batches)
        self.trainer = self._trainer(folder)

    def _limited(self, split: str) -> Any:
        """A split's loader, with the batches that the settings allow."""
        return limited(loader_of(self.data, split), self.settings.limits.get(split), split)

    # What takes part

    @property
    def data_seed(self) -> int:
        return derive_seed(self.seed, "data")

    @property
    def by_lightning(self) -> bool:
        """Whether Lightning asks a user's data module for its loaders."""
        return self.loop is None and not self.alone

    def _batches_at_once(self) -> int | None:
        if self.loop is None:
            return None
        devices = self.settings.devices
        return CHUNK if devices in (1, "1", "auto") or devices == [0] else 1

    def _watcher(
        self, epoch_batches: int, kept: Mapping[str, Any], reader: PredictionReader | None
    ) -> Watcher:
        kind = OwnWatcher if self.loop is None else TaskWatcher
        return kind(
            self.settings,
            self.history,
            self.sinks,
            self.best,
            validation=self.validation,
            metrics=self.metrics,
            loader=self.loader,
            seed=self.seed,
            epoch_batches=epoch_batches,
            kept=kept,
            reader=reader,
        )

    def _prepare_loop(self, loop: Any, epoch_batches: int) -> None:
        settings = self.settings
        loop.seed = self.seed
        loop.epoch_batches = epoch_batches
        loop.max_steps = settings.max_steps
        loop.accumulate = settings.accumulate
        loop.micro_batch = settings.micro_batch
        loop.clip = settings.gradient_clip
        loop.clip_by = settings.clip_by
        loop.total_epochs = settings.max_epochs
        full = settings.max_epochs * math.ceil(epoch_batches / settings.accumulate)
        loop.total_steps = min(full, settings.max_steps) if settings.max_steps else full
        loop.on_losses = self.watcher.take_losses

    def _keeper(self, epoch_batches: int) -> Keeper | None:
        """What keeps the run over an interruption, where that was asked for."""
        if self.sinks.resumable is None:
            return None
        if cannot_go_on(self.callbacks):
            self.sinks.note(
                "a callback changes the model or its optimizer during training: if this run is "
                "interrupted, it starts over"
            )
            return None
        science = {
            name: value
            for name, value in vars(self.settings).items()
            # another machine may go on, or the same one with parts of batches that fit
            if name not in ("accelerator", "devices", "micro_batch", "machine")
        }
        settings = science, self.watcher.kept["overrides"], self.seed, epoch_batches, self.alone
        return Keeper(self.sinks.resumable, repr(settings), self.watcher)

    def _trainer(self, folder: Path) -> pl.Trainer:
        ours = [*([self.keeper] if self.keeper else []), self.watcher]
        if self.alone and self.loop is None and not isinstance(self.data, OfModule):
            ours.append(LentData(self.data))
        callbacks = [*map(spare_empty_hooks, ours), *self.callbacks]
        logger = module_logger(folder, self._take_logged, namespace=namespace_of(self.module))
        checkpoints = keeps_checkpoints(callbacks)
        if self.loop is not None:  # it counts its own steps and is validated by its watcher
            settings = replace(self.settings, max_steps=None)
            return make_trainer(
                settings,
                folder,
                module=self.module,
                callbacks=callbacks,
                limit_val_batches=0,
                logger=logger if self.callbacks else False,
                enable_checkpointing=checkpoints,
                **({} if self.alone else self.settings.course),
            )
        return make_trainer(
            replace(self.settings, max_steps=None) if self.alone else self.settings,
            folder,
            module=self.module,
            callbacks=callbacks,
            logger=logger,
            enable_checkpointing=checkpoints,
            check_val_every_n_epoch=self.settings.validate_every,
            **self._limits(),
        )

    def _take_logged(self, rows: Sequence[Row]) -> None:
        """Rows that a user's module logs.

        Its hooks run once more where a run goes on from an earlier point, and those before that
        point have given theirs. The loss of each step is the watcher's to note.
        """
        if self.keeper is not None and self.keeper.is_behind:
            return
        new = [row for row in rows if row[2] != "train/loss" or not self.watcher.knows_loss]
        if new:
            self.history.add(new)

    def _limits(self) -> dict[str, Any]:
        """What Lightning is to do itself for a user's own module, in each step and validation."""
        limits: dict[str, Any] = {}
        if self.glance is not None:
            limits["limit_val_batches"] = 1
        elif self.validation is None:
            limits["limit_val_batches"] = 0
        elif "val" in self.settings.limits:
            limits["limit_val_batches"] = self.settings.limits["val"]
        if self.module.automatic_optimization:
            limits["accumulate_grad_batches"] = self.settings.accumulate
            limits["gradient_clip_val"] = self.settings.gradient_clip
            if self.settings.gradient_clip is not None:
                limits["gradient_clip_algorithm"] = self.settings.clip_by
        elif self.settings.gradient_clip is not None:
            raise UserError(
                f"[training] gradient_clip_val is set, and {type(self.module).__name__} optimizes "
                f"by hand (automatic_optimization = False), so that nothing would clip. Remove the "
                f"setting, and call self.clip_gradients(optimizer, ...) in training_step."
            )
        if not self.alone:
            limits.update(self._course())
        return limits

    def _course(self) -> Mapping[str, Any]:
        """Lightning's further arguments; one that it would refuse in the middle is refused here."""
        interval = self.settings.course.get("val_check_interval")
        if isinstance(interval, int) and interval > self.epoch_batches:
            raise UserError(
                f"[training] val_check_interval = {interval} batches, and an epoch has "
                f"{self.epoch_batches}. Lower it, or use check_val_every_n_epoch."
            )
        return self.settings.course

    # Training

    def fit(self) -> Fit:
        """Train, and score what came of it."""
        seed_all(derive_seed(self.seed, "fit"))
        if self.by_lightning:
            self._train_by_lightning()
        else:
            self._train()
        steps = self.trainer.global_step if self.loop is None else self.loop.steps
        if self.keeper:
            steps = self.keeper.end(steps)
        self.watcher.raise_if_untrained()
        result = Fit(self.module, self.data, history=self.history.values, steps=steps)
        result.diverged = self.watcher.diverged or spoilt_by_last_step(self.module, steps)
        if self.best is not None:
            self._score(result, self.best)
        say_what_was_not_recorded(self.trainer, self.sinks)
        return result

    def _train(self) -> None:
        """Train on a loader of ours."""
        if self.loop is None:
            leave_out_what_waits_for_validation(self.module)
        if self.keeper:
            self.keeper.hold(self.loader)
        with running(self.trainer), self._shielded():
            self.trainer.fit(
                self.module, train_dataloaders=self.loader, val_dataloaders=self.glance
            )

    def _train_by_lightning(self) -> None:
        """Train on a user's data module, which Lightning sets up and asks for its loaders."""

        def hold(loader: Any) -> Any:
            if loader is None:
                return None
            allowed = limited(loader, self.settings.limits.get("train"), "train")
            made = PausingLoader(source_of(allowed, self.data_seed))
            self.loader = self.watcher.loader = made
            if self.keeper:
                self.keeper.hold(made)
            return made

        keep_files_of(self.module, self.folder)
        own = isinstance(self.data, OfModule)
        giver = self.module if own else self.data
        with running(self.trainer), self._shielded(), lent_loader(giver, hold):
            self.trainer.fit(self.module, datamodule=None if own else self.data)

    @contextlib.contextmanager
    def _shielded(self) -> Iterator[None]:
        """A run that has ended is not trained; after a run a signal stops it where it comes."""
        try:
            yield
        except Settled:
            pass
        finally:
            self.loader.source.close()
            if self.keeper:
                interrupts.allow()
        if self.keeper:
            interrupts.unshield()

    # Scoring

    def _score(self, result: Fit, best: BestWeights) -> None:
        """Go back to the best weights, write them, and score them over whole splits."""
        module, trainer, watcher = self.module, self.trainer, self.watcher
        module.to(trainer.strategy.root_device)
        if make_the_last_weights(trainer.callbacks):  # type: ignore[attr-defined]
            best.replace(trainer.current_epoch, watcher.content(module))
        elif best.score is None:  # nothing finite was measured
            last = max(trainer.current_epoch - 1, 0)  # the Trainer has counted on
            best.offer(0.0, last, {**watcher.content(module), "epoch": last})
            self.sinks.note(
                "the weights of the last epoch are kept: nothing that was measured says which are "
                "best. [contract] directions can name a score that the module logs"
            )
        module.load_state_dict(best.load()["state_dict"])
        best.flush()
        result.checkpoint = best.path
        result.scores.update(finite(watcher.own_scores))
        seed_all(derive_seed(self.seed, "score"))
        if self.validation is not None and self.loop is None:
            limits = scoring_limits(self.settings)
            again = make_trainer(self.settings, self.folder, module=module, **limits)
            loaders = loaders_of(self.data, "val")
            result.scores.update(own_scores(again, module, loaders, "val"))
        train = self._limited("train")
        for split, loader in (("train", train), ("val", self.validation)):
            if loader is not None:
                # in an order that does not depend on how often it was read before
                source = source_of(loader, derive_seed(self.seed, "score", split))
                found = score_split(
                    module,
                    source.batches(0, 0),
                    self.metrics,
                    autocast=autocast_of(trainer),
                    reader=watcher.reader,
                )
                take(found, split, result.scores, result.seen)
                source.close()
        result.seen.history = result.history
