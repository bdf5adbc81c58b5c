"""Lets torchmetrics' metrics stand where ART's own metric calculators do."""

from __future__ import annotations

import re
from typing import Any

import torch
import torchmetrics
from torch import Tensor

from art.core.metric import MetricCalculator
from art.errors import DataError, ModelError, UserError


class TorchMetric(MetricCalculator):
    """A torchmetrics `Metric` or `MetricCollection` as a metric calculator.

    A single number is named after the metric's class (`MulticlassAUROC` gives
    `multiclass_auroc`), several numbers with their index behind it, a collection's after its keys.

    Args:
        metric: the metric; it is moved to the predictions' device.
        name: stands for the class's name.
    """

    def __init__(
        self, metric: torchmetrics.Metric | torchmetrics.MetricCollection, name: str = ""
    ) -> None:
        self.metric = metric
        self.name = name or _snake_case(type(metric).__name__)
        self._seen = False

    def reset(self) -> None:
        """Forget everything seen."""
        self.metric.reset()
        self._seen = False

    def update(self, predictions: Tensor, targets: Tensor) -> None:
        """Take in one part of a split.

        Raises:
            ModelError: torchmetrics refuses the predictions and targets.
        """
        self.metric.to(predictions.device)
        try:
            self.metric.update(predictions, targets)
        except (ValueError, RuntimeError, TypeError) as error:
            raise ModelError(
                f"torchmetrics' {type(self.metric).__name__} refuses predictions of shape "
                f"{tuple(predictions.shape)} and targets of shape {tuple(targets.shape)}: {error}"
            ) from error
        self._seen = True

    def compute(self) -> dict[str, float]:
        """The scores of all that was seen.

        Raises:
            DataError: nothing was seen.
        """
        if not self._seen:
            raise DataError(f"{self.name}: there is nothing to score, no prediction was seen.")
        return _flatten(self.name, self.metric.compute())


def as_calculator(metric: Any) -> MetricCalculator:
    """What a function registered in `@metrics` returned, as a metric calculator.

    Raises:
        UserError: it is neither a MetricCalculator nor a torchmetrics metric.
    """
    if isinstance(metric, MetricCalculator):
        return metric
    if isinstance(metric, torchmetrics.Metric | torchmetrics.MetricCollection):
        return TorchMetric(metric)
    found = f"the class {metric.__name__}" if isinstance(metric, type) else type(metric).__name__
    raise UserError(
        f"@metrics gave {found}; it must give an art.MetricCalculator, or a torchmetrics Metric or "
        f"MetricCollection."
    )


def _flatten(name: str, value: Any) -> dict[str, float]:
    if isinstance(value, dict):
        scores: dict[str, float] = {}
        for key, part in value.items():
            scores.update(_flatten(_snake_case(str(key)), part))
        return scores
    values = torch.as_tensor(value).detach().flatten().tolist()
    if len(values) == 1:
        return {name: float(values[0])}
    return {f"{name}_{index}": float(part) for index, part in enumerate(values)}


def _snake_case(name: str) -> str:
    """`BinaryF1Score` -> `binary_f1_score`, `MulticlassAUROC` -> `multiclass_auroc`."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return parted.lower()
