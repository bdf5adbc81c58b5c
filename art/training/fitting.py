"""Trains a module and scores the result: the one place that calls `Trainer.fit`."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytorch_lightning as pl

from art.core import interrupts
from art.core.fit import Fit
from art.core.metric import MetricCalculator
from art.core.visualizer import Seen
from art.errors import DataError
from art.training.alone import LentData, leave_out_what_waits_for_validation
from art.training.checkpoints import BestWeights
from art.training.description import loader_of
from art.training.diverging import spoilt_by_last_step
from art.training.history import History
from art.training.loaders import RepeatedBatches
from art.training.own_values import HistoryLogger, finite, loss_in
from art.training.reading import PredictionReader
from art.training.resuming.keeper import Keeper, Settled
from art.training.resuming.loader import PausingLoader
from art.training.resuming.sources import lent_loader, source_of
from art.training.scoring import score_split
from art.training.seeding import derive_seed, seed_all
from art.training.settings import Sinks, TrainingSettings
from art.training.split_score import SplitScore
from art.training.threads import threads_restored
from art.training.trainer import make_trainer, running, spare_empty_hooks
from art.training.watching import OwnWatcher, TaskWatcher, Watcher
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

    Raises:
        DataError: there is nothing to train on.
        ModelError: the model does not fit the data or the task.
    """
    history = History(sinks.log)
    alone, own = batches is not None, not isinstance(module, TaskModule)
    loader, per_epoch = _train_loader(data, settings, batches)
    if alone:
        settings = replace(settings, max_epochs=1)
    best = None if alone else BestWeights(folder / BEST, settings.higher_is_better)
    validation = None if alone else loader_of(data, "val")
    size = None if own else CHUNK if _one_device(settings) else 1
    batch_loader = PausingLoader(source_of(loader, derive_seed(seed, "data")), size)
    watcher = _watcher(module, settings, history, sinks, best, validation, metrics, batch_loader)
    watcher.overrides = dict(overrides or {})
    watcher.reader = reader
    _prepare(module, settings, watcher, per_epoch, seed)
    keeper = _keeper(sinks, settings, watcher, per_epoch, alone)
    # a user's hooks may read what validation logs, so one batch is validated after one batch
    glance = loader_of(data, "val") if alone and own else None
    ours = [
        *([keeper] if keeper else []),
        watcher,
        *([LentData(data)] if alone and own else []),
    ]
    callbacks = [*map(spare_empty_hooks, ours), *sinks.callbacks]
    trainer = _trainer(
        module,
        replace(settings, max_steps=None) if alone else settings,
        history,
        folder,
        callbacks,
        glance if alone else validation,
    )
    if glance is not None:
        trainer.limit_val_batches = 1
    if alone and own:
        leave_out_what_waits_for_validation(module)
    seed_all(derive_seed(seed, "fit"))
    if keeper and (alone or not own):
        keeper.hold(batch_loader)
    with threads_restored():
        if alone or not own:
            _run(trainer, module, watcher, glance, keeper)
        else:
            _run_own(trainer, module, data, watcher, keeper, derive_seed(seed, "data"))
        steps = module.loop.steps if isinstance(module, TaskModule) else trainer.global_step
        if keeper:
            steps = keeper.end(steps)
        watcher.raise_if_untrained()
        result = Fit(module, data, history=history.values, steps=steps)
        result.diverged = watcher.diverged or spoilt_by_last_step(module, steps)
        if not alone:
            _score(result, trainer, watcher, best, metrics, validation)
    return result


def _keeper(
    sinks: Sinks, settings: TrainingSettings, watcher: Watcher, per_epoch: int, alone: bool
) -> Keeper | None:
    """What keeps the run over an interruption, where that was asked for."""
    if sinks.resumable is None:
        return None
    science = {
        name: value
        for name, value in vars(settings).items()
        if name not in ("accelerator", "devices")  # another machine may go on
    }
    identity = repr((science, watcher.overrides, watcher.seed, per_epoch, alone))
    return Keeper(sinks.resumable, identity, watcher)


def _run(
    trainer: pl.Trainer, module: Any, watcher: Watcher, validation: Any, keeper: Keeper | None
) -> None:
    """Train on a loader of ours."""
    with running(trainer), _shielded(watcher, keeper):
        trainer.fit(module, train_dataloaders=watcher.loader, val_dataloaders=validation)


def _run_own(
    trainer: pl.Trainer,
    module: Any,
    data: pl.LightningDataModule,
    watcher: Watcher,
    keeper: Keeper | None,
    seed: int,
) -> None:
    """Train on a user's data module, which Lightning sets up and asks for its loaders."""

    def hold(loader: Any) -> Any:
        if loader is None:
            return None
        made = PausingLoader(source_of(loader, seed))
        watcher.loader = made
        if keeper:
            keeper.hold(made)
        return made

    with running(trainer), _shielded(watcher, keeper), lent_loader(data, hold):
        trainer.fit(module, datamodule=data)


@contextlib.contextmanager
def _shielded(watcher: Watcher, keeper: Keeper | None) -> Iterator[None]:
    """A run that has ended before is not trained; after a run a signal stops it where it comes."""
    try:
        yield
    except Settled:
        pass
    finally:
        watcher.loader.source.close()
        if keeper:
            interrupts.allow()
    if keeper:
        interrupts.unshield()


def score(
    module: pl.LightningModule,
    data: pl.LightningDataModule,
    splits: Sequence[str],
    metrics: Mapping[str, MetricCalculator],
    *,
    settings: TrainingSettings,
    folder: Path,
    reader: PredictionReader | None = None,
) -> tuple[dict[str, float], Seen]:
    """Score a module over whole splits; a split the data does not have is left out.

    A user's module with its own `test_step` or `validation_step` is also run through the Trainer,
    and what it logs is kept under its own names.
    """
    scores: dict[str, float] = {}
    seen = Seen()
    trainer = make_trainer(settings, folder)
    module.to(trainer.strategy.root_device)
    for split in splits:
        loader = loader_of(data, split)
        if loader is None:
            continue
        if not isinstance(module, TaskModule):
            scores.update(_own_scores(trainer, module, loader, split))
        autocast = _autocast(trainer, module)
        found = score_split(module, loader, metrics, autocast=autocast, reader=reader)
        _take(found, split, scores, seen)
    return scores, seen


def _take(found: SplitScore, split: str, scores: dict[str, float], seen: Seen) -> None:
    scores.update(found.scores(split))
    if not found.is_read:
        return
    seen.predictions[split] = found.predictions
    seen.targets[split] = found.targets
    if found.inputs is not None:
        seen.inputs[split] = found.inputs


def _own_scores(trainer: pl.Trainer, module: Any, loader: Any, split: str) -> dict[str, float]:
    step, run = {
        "test": ("test_step", trainer.test),
        "val": ("validation_step", trainer.validate),
    }.get(split, ("", None))
    if run is None or getattr(type(module), step) is getattr(pl.LightningModule, step):
        return {}
    with running(trainer):
        logged = run(module, dataloaders=loader, verbose=False)
    scores = finite(logged[0]) if logged else {}
    loss = loss_in(scores, split)
    if loss is not None:
        scores.setdefault(f"{split}/loss", loss)
    return scores


def _train_loader(
    data: pl.LightningDataModule, settings: TrainingSettings, batches: Sequence[Any] | None
) -> tuple[Any, int]:
    """The loader to train on, and the batches an epoch has."""
    if batches is not None:
        times = settings.max_steps or 1
        loader: Any = RepeatedBatches(batches, times * settings.accumulate)
    else:
        loader = loader_of(data, "train")
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


def _one_device(settings: TrainingSettings) -> bool:
    return settings.devices in (1, "1", "auto") or settings.devices == [0]


def _watcher(
    module: pl.LightningModule,
    settings: TrainingSettings,
    history: History,
    sinks: Sinks,
    best: BestWeights | None,
    validation: Any,
    metrics: Mapping[str, MetricCalculator],
    loader: Any,
) -> Watcher:
    kind = TaskWatcher if isinstance(module, TaskModule) else OwnWatcher
    return kind(settings, history, sinks, best, validation, metrics, loader)


def _prepare(
    module: pl.LightningModule, settings: TrainingSettings, watcher: Watcher, count: int, seed: int
) -> None:
    watcher.seed = seed
    watcher.epoch_batches = count
    if not isinstance(module, TaskModule):
        return
    loop = module.loop
    loop.seed = seed
    loop.epoch_batches = count
    loop.max_steps = settings.max_steps
    loop.accumulate = settings.accumulate
    loop.micro_batch = settings.micro_batch
    loop.clip = settings.gradient_clip
    loop.total_epochs = settings.max_epochs
    full = settings.max_epochs * math.ceil(count / settings.accumulate)
    loop.total_steps = min(full, settings.max_steps) if settings.max_steps else full
    loop.on_losses = watcher.take_losses


def _trainer(
    module: pl.LightningModule,
    settings: TrainingSettings,
    history: History,
    folder: Path,
    callbacks: list[Any],
    validation: Any,
) -> pl.Trainer:
    if isinstance(module, TaskModule):  # it counts its own steps and validates itself
        return make_trainer(
            replace(settings, max_steps=None), folder, callbacks=callbacks, limit_val_batches=0
        )
    own: dict[str, Any] = {
        "logger": HistoryLogger(history),
        "callbacks": callbacks,
        "check_val_every_n_epoch": settings.validate_every,
    }
    if validation is None:
        own["limit_val_batches"] = 0
    if module.automatic_optimization:
        own["accumulate_grad_batches"] = settings.accumulate
        own["gradient_clip_val"] = settings.gradient_clip
    return make_trainer(settings, folder, **own)


def _score(
    result: Fit,
    trainer: pl.Trainer,
    watcher: Watcher,
    best: BestWeights | None,
    metrics: Mapping[str, MetricCalculator],
    validation: Any,
) -> None:
    """Go back to the best weights, write them, and score them over whole splits."""
    assert best is not None
    module = result.module
    module.to(trainer.strategy.root_device)
    if best.score is None:  # nothing finite was measured: what there is now is all there is
        best.offer(0.0, trainer.current_epoch, watcher.content(module))
    module.load_state_dict(best.load()["state_dict"])
    best.flush()
    result.checkpoint = best.path
    result.scores.update(finite(watcher.own_scores))
    seed_all(derive_seed(watcher.seed, "score"))
    if validation is not None and not isinstance(module, TaskModule):
        again = make_trainer(watcher.settings, best.path.parent)
        result.scores.update(_own_scores(again, module, validation, "val"))
    autocast = _autocast(trainer, module)
    for split, loader in (("train", watcher.scoring_loader(result.data)), ("val", validation)):
        if loader is not None:
            # in an order that does not depend on how often it was read before
            source = source_of(loader, derive_seed(watcher.seed, "score", split))
            loader = source.batches(0, 0)
            found = score_split(module, loader, metrics, autocast=autocast, reader=watcher.reader)
            _take(found, split, result.scores, result.seen)
            source.close()
    result.seen.history = result.history


def _autocast(trainer: pl.Trainer, module: pl.LightningModule) -> Callable[[], Any]:
    precision = trainer.precision_plugin
    forward_context = getattr(precision, "forward_context", None)
    return forward_context if callable(forward_context) else contextlib.nullcontext
