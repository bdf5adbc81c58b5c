"""Scores a model over a whole split, in eval mode, in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import torch

from art.core.metric import MetricCalculator
from art.errors import DataError, ModelError
from art.training.data_modules.batches import inputs_of
from art.training.namespaces import pl
from art.training.scoring.calling import evaluating
from art.training.scoring.predictions import PredictionReader
from art.training.scoring.split_score import SplitScore
from art.training.threads import threads_restored
from art.training.wrapping import TaskModule


def score_split(
    module: pl.LightningModule,
    loader: Iterable[Any],
    metrics: Mapping[str, MetricCalculator],
    *,
    autocast: Any = None,
    reader: PredictionReader | None = None,
) -> SplitScore:
    """Score a module over everything a loader gives.

    The module is left in the mode it was in. The loss is computed where ART knows it, for a
    wrapped module; its mean is over samples, so that the size of the last batch does not matter.

    Args:
        module: a wrapped or a user's module, on its device.
        loader: gives the split's batches.
        metrics: the calculators; each is reset first.
        autocast: makes the context that predictions are made in, for mixed precision.
        reader: reads a user's own module's predictions; they are not scored without one.

    Raises:
        DataError: the loader gives nothing.
    """
    score = SplitScore(metrics)
    device = module.device
    # a user's forward may ask for gradients, as one that predicts forces does
    still = torch.inference_mode() if isinstance(module, TaskModule) else torch.no_grad()
    with threads_restored(), evaluating(module), still:
        for index, batch in enumerate(loader):
            score.batches += 1
            moved = module.transfer_batch_to_device(batch, device, 0)
            if autocast is None:
                _score_batch(module, moved, index, score, reader)
            else:
                with autocast():
                    _score_batch(module, moved, index, score, reader)
    if not score.batches:
        raise DataError("a split gave no batch to score.")
    return score


def _score_batch(
    module: pl.LightningModule,
    batch: Any,
    index: int,
    score: SplitScore,
    reader: PredictionReader | None,
) -> None:
    if isinstance(module, TaskModule):
        loss, outputs, targets = module.loss_of(batch)
        score.update(module.task.predictions(outputs), targets, loss, inputs_of(batch))
        return
    if reader is None:
        return  # its own steps know what they learn from
    pair = reader.read(module, batch, index)
    if pair is None:
        score.pass_over()
        return
    try:
        score.update(pair[0], pair[1], None, inputs_of(batch))
    except (ModelError, DataError) as error:  # a metric refuses what the module's own loss takes
        reader.passed_over = str(error)
        score.pass_over()
