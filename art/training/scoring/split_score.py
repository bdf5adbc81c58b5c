"""The scores of a split, gathered batch by batch, and what its visualizers may draw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from torch import Tensor

from art.core.metric import MetricCalculator
from art.training.data_modules.collecting import array_of, joined

KEPT_FOR_FIGURES = 20_000
"""Predictions kept for visualizers; the scores see all of them."""

KEPT_NUMBERS = 4_000_000
"""Numbers of the inputs that are kept for visualizers: 32 MB at most."""

MOST_SAID = 20_000_000
"""Numbers of predictions and targets that are kept: masks and pictures have many a sample."""


class SplitScore:
    """The scores of one split and what its visualizers may draw."""

    def __init__(self, metrics: Mapping[str, MetricCalculator]) -> None:
        self._metrics = list(metrics.values())
        for metric in self._metrics:
            metric.reset()
        self._loss_sum = 0.0
        self._loss_count = 0
        self._kept = 0
        self._said = 0
        self._predictions: list[np.ndarray] = []
        self._targets: list[np.ndarray] = []
        self._inputs: list[np.ndarray] = []
        self._numbers = 0
        self._whole = True
        self._updated = False
        self.samples = 0
        self.batches = 0

    def pass_over(self) -> None:
        """Note a batch that cannot be read: a score of the others would not be the split's."""
        self._whole = False

    def update(
        self,
        predictions: Tensor,
        targets: Tensor,
        loss: Tensor | None,
        inputs: Any = None,
    ) -> None:
        """Take in one batch: `(N, ...)` predictions and targets, their mean loss, and what was
        predicted from."""
        self.samples += len(targets)
        self._updated = True
        for metric in self._metrics:
            metric.update(predictions, targets)
        if loss is not None:
            self._loss_sum += float(loss) * len(targets)
            self._loss_count += len(targets)
        if self._has_room(predictions, targets):
            self._predictions.append(predictions.float().cpu().numpy())
            self._targets.append(targets.cpu().numpy())
            self._keep(inputs, len(targets))

    def _has_room(self, predictions: Tensor, targets: Tensor) -> bool:
        """Whether a batch is kept for figures: the first ones are, of one shape, as they fit."""
        size = predictions.numel() + targets.numel()
        first = not self._predictions
        alike = first or predictions.shape[1:] == self._predictions[0].shape[1:]
        if self._kept >= KEPT_FOR_FIGURES or not alike or self._said + size > MOST_SAID:
            self._kept = KEPT_FOR_FIGURES  # no batch behind a gap is kept
            return False
        self._kept += len(targets)
        self._said += size
        return True

    def _keep(self, inputs: Any, rows: int) -> None:
        """Inputs of a batch, as long as there is room for all of them and none before was missing:
        the kept ones are those of the first predictions."""
        whole = isinstance(inputs, Tensor) and inputs.ndim > 0 and len(inputs) == rows
        if whole and self._numbers + inputs.numel() <= KEPT_NUMBERS:
            self._numbers += inputs.numel()
            self._inputs.append(array_of(inputs))
        else:
            self._numbers = KEPT_NUMBERS

    def scores(self, split: str) -> dict[str, float]:
        """By `split/metric`."""
        if not self.samples or not self._whole:
            return {}
        scores = {}
        if self._loss_count:
            scores[f"{split}/loss"] = self._loss_sum / self._loss_count
        for metric in self._metrics if self._updated else ():
            scores.update({f"{split}/{k}": float(v) for k, v in metric.compute().items()})
        return scores

    @property
    def is_read(self) -> bool:
        """Whether there were predictions that could be read, and some are kept."""
        return bool(self._predictions) and self._whole

    @property
    def predictions(self) -> np.ndarray:
        """The kept predictions, `(n, ...)`."""
        return np.concatenate(self._predictions)

    @property
    def inputs(self) -> np.ndarray | None:
        """The kept inputs, `(m, ...)` with `m` at most as many as the predictions; None where none
        were kept."""
        same = len({part.ndim for part in self._inputs}) == 1
        return joined(self._inputs) if same else None

    @property
    def targets(self) -> np.ndarray:
        """Their targets, `(n, ...)`."""
        return np.concatenate(self._targets)
