"""Scores a model over a whole split, in eval mode, in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import Tensor

from art.core.metric import MetricCalculator
from art.errors import DataError, ModelError
from art.training.data_modules.batches import inputs_of, targets_of
from art.training.namespaces import pl
from art.training.scoring.calling import evaluating, predict
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
        reader: reads a user's own module's predictions; they are taken as they are without one.

    Raises:
        DataError: the loader gives nothing.
        ModelError: the predictions and targets do not fit together.
    """
    score = SplitScore(metrics)
    device = module.device
    with threads_restored(), evaluating(module), torch.inference_mode():
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
    targets_or_none = targets_of(batch)
    if not isinstance(targets_or_none, Tensor) or not targets_or_none.ndim:
        return  # its own steps know what they learn from
    predictions = _own_predictions(module, batch, index, targets_or_none, reader)
    if predictions is None:
        score.update(None, targets_or_none, None)
        return
    read = reader(predictions, targets_or_none, module) if reader else predictions
    score.update(read, targets_or_none, None, inputs_of(batch))


def _own_predictions(
    module: pl.LightningModule,
    batch: Any,
    index: int,
    targets: Tensor,
    reader: PredictionReader | None,
) -> Tensor | None:
    """A user's own module's predictions; None where a reader may pass over those it cannot read."""
    try:
        predictions = predict(module, batch, index)
    except (TypeError, ValueError, RuntimeError, LookupError, AttributeError) as error:
        if reader is None:
            raise
        # its own steps have run on such batches: what differs is how they call forward
        reader.passed_over = f"forward cannot be called with the inputs alone ({error})"
        return None
    if isinstance(predictions, Tensor) and predictions.ndim and len(predictions) == len(targets):
        return predictions
    problem = (
        f"{len(predictions)} predictions for {len(targets)} targets"
        if isinstance(predictions, Tensor) and predictions.ndim
        else f"{type(predictions).__name__}, but metrics need a tensor with one row a sample"
    )
    if reader is None:
        raise ModelError(
            f"{type(module).__name__} predicts {problem}. Give it a predict_step that returns one "
            f"row a sample."
        )
    reader.passed_over = f"it predicts {problem}"
    return None
