"""Reads what a user's own module predicts as what metric calculators take."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor

from art.training.namespaces import overrides, pl


@dataclass
class PredictionReader:
    """Tells scores of classes and amounts from outputs that are neither, such as embeddings.

    A module that ART wraps is held to its task. A user's own may return whatever its loss takes:
    one logit for two classes, a column for a row, embeddings. What cannot be read as predictions
    of the targets is not scored, for its scores would be made up.

    Args:
        kind: as in `DataInfo`.
        classes: classes that the data holds, or columns of its targets.

    Attributes:
        passed_over: why predictions could not be read; empty where they could.
    """

    kind: str
    classes: int
    passed_over: str = field(default="", init=False)
    _logits: bool = field(default=False, init=False)

    def __call__(
        self, predictions: Tensor, targets: Tensor, module: pl.LightningModule
    ) -> Tensor | None:
        """Predictions `(N, C)`, `(N, C, ...)` or of the targets' shape; None where there are none.

        Why there are none is then in `passed_over`.

        Args:
            predictions: what `predict_step` or `forward` returned, one row a sample.
            targets: `(N,)` or `(N, ...)`.
            module: which predicted.
        """
        read = self._read(predictions, targets, module)
        if read is None:
            shapes = f"{tuple(predictions.shape)} for targets of shape {tuple(targets.shape)}"
            self.passed_over = f"its outputs have the shape {shapes}"
        return read

    def _read(
        self, predictions: Tensor, targets: Tensor, module: pl.LightningModule
    ) -> Tensor | None:
        if self.kind == "regression":
            return _amounts(predictions, targets)
        if self.kind != "classification" or predictions.ndim > 2:
            return predictions
        if not predictions.is_floating_point():
            return predictions
        if predictions.ndim == 1 or predictions.shape[1] == 1:
            return self._of_two(predictions.reshape(-1)) if self.classes == 2 else None
        meant = overrides(module, "predict_step")
        spare = predictions.shape[1] - self.classes
        return predictions if 0 <= spare <= max(1, self.classes // 5) or meant else None

    def _of_two(self, values: Tensor) -> Tensor:
        """`(N, 2)` of the second class's logit or probability; once a logit, always one."""
        if self._logits or bool((values < 0).any()) or bool((values > 1).any()):
            self._logits = True
            return torch.stack([torch.zeros_like(values), values], 1)
        return torch.stack([1 - values, values], 1)


def _amounts(predictions: Tensor, targets: Tensor) -> Tensor | None:
    if predictions.shape == targets.shape:
        return predictions
    same = predictions.numel() == targets.numel() and len(predictions) == len(targets)
    return predictions.reshape(targets.shape) if same else None
