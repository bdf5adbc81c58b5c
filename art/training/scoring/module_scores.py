"""What a trained module is worth on each split: ART's scores of it, and those it logs itself."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from art.core.metric import MetricCalculator
from art.core.visualizer import Seen
from art.training.data_modules.description import loader_of, loaders_of
from art.training.data_modules.limiting import limited
from art.training.module_logger.logger import module_logger, say_what_was_not_recorded
from art.training.module_logger.recorder import SCORING
from art.training.namespaces import namespace_of, overrides, pl
from art.training.scoring.own_values import finite, loss_in
from art.training.scoring.predictions import PredictionReader
from art.training.scoring.split_score import SplitScore
from art.training.scoring.whole_split import score_split
from art.training.settings import Sinks, TrainingSettings
from art.training.trainer import make_trainer, running
from art.training.wrapping import TaskModule


def score(
    module: pl.LightningModule,
    data: pl.LightningDataModule,
    splits: Sequence[str],
    metrics: Mapping[str, MetricCalculator],
    *,
    settings: TrainingSettings,
    folder: Path,
    reader: PredictionReader | None = None,
    sinks: Sinks | None = None,
) -> tuple[dict[str, float], Seen]:
    """Score a module over whole splits; a split the data does not have is left out.

    A user's module with its own `test_step` or `validation_step` is also run through the Trainer,
    and what it logs is kept under its own names. What it sends to its logger goes to `sinks`.
    """
    sinks = sinks or Sinks()
    scores: dict[str, float] = {}
    seen = Seen()
    logger = module_logger(folder, sinks.log, namespace=namespace_of(module), version=SCORING)
    limits = scoring_limits(settings)
    trainer = make_trainer(settings, folder, module=module, logger=logger, **limits)
    module.to(trainer.strategy.root_device)
    module.trainer = trainer  # its hooks may ask for it where ART calls them itself
    for split in splits:
        loader = limited(loader_of(data, split), settings.limits.get(split), split)
        if loader is None:
            continue
        scores.update(own_scores(trainer, module, loaders_of(data, split), split))
        autocast = autocast_of(trainer)
        take(
            score_split(module, loader, metrics, autocast=autocast, reader=reader),
            split,
            scores,
            seen,
        )
    say_what_was_not_recorded(trainer, sinks)
    return scores, seen


def scoring_limits(settings: TrainingSettings) -> dict[str, int | float]:
    """The batches that Lightning gives to a module's own steps, as arguments of the Trainer."""
    limits = settings.limits
    return {f"limit_{split}_batches": limits[split] for split in ("val", "test") if split in limits}


def take(found: SplitScore, split: str, scores: dict[str, float], seen: Seen) -> None:
    """Add what was found on a split to the scores, and to what visualizers may draw."""
    scores.update(found.scores(split))
    if not found.is_read:
        return
    seen.predictions[split] = found.predictions
    seen.targets[split] = found.targets
    if found.inputs is not None:
        seen.inputs[split] = found.inputs


def own_scores(trainer: pl.Trainer, module: Any, loaders: Any, split: str) -> dict[str, float]:
    """What a user's module logs in its own step for a split; none for a wrapped module.

    Args:
        trainer: one that has done nothing yet.
        module: a user's own.
        loaders: one or several, as the data module gives them.
        split: `val` or `test`.
    """
    step, run = {
        "test": ("test_step", trainer.test),
        "val": ("validation_step", trainer.validate),
    }.get(split, ("", None))
    if isinstance(module, TaskModule) or run is None:
        return {}
    if not overrides(module, step):
        return {}
    with running(trainer):
        logged = run(module, dataloaders=loaders, verbose=False)
    scores = finite({name: value for each in logged or () for name, value in each.items()})
    loss = loss_in(scores, split)
    if loss is not None:
        scores.setdefault(f"{split}/loss", loss)
    return scores


def autocast_of(trainer: pl.Trainer) -> Callable[[], Any]:
    """The context that a Trainer of this precision predicts in."""
    forward_context = getattr(trainer.precision_plugin, "forward_context", None)
    return forward_context if callable(forward_context) else contextlib.nullcontext
