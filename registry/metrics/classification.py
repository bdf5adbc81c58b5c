"""Scores of a classification, from counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from annotated_types import Ge

from art.core.metric import MetricCalculator
from art.errors import DataError, ModelError
from art.registries import metrics

if TYPE_CHECKING:
    from torch import Tensor

IGNORED = -100
"""The target that torch's cross-entropy passes over; so does this calculator."""


@metrics("art.Classification.v1")
class Classification(MetricCalculator):
    """Accuracy, balanced accuracy, macro precision, recall and f1, top-k, calibration error.

    Keeps the confusion matrix and a few counts, never predictions: the scores are those of the
    whole split however it is cut, and equal scikit-learn's (`zero_division=0`, over the classes
    that occur). `calibration_error` is the expected calibration error over bins of equal width of
    the highest probability (Guo and others, On Calibration of Modern Neural Networks, 2017).
    Top-k and calibration need `(N, C)` predictions; rows that are no probabilities go through a
    softmax. A tie is won by the lower class. One NaN among the predictions makes every score NaN.

    Args:
        top_k: gives `top3_accuracy` for 3, where there are more than 3 classes.
        bins: of the calibration error.
    """

    kind = "classification"
    names = (
        "accuracy", "balanced_accuracy", "precision", "recall", "f1", "top*_accuracy",
        "calibration_error",
    )  # fmt: skip

    def __init__(
        self,
        top_k: tuple[Annotated[int, Ge(1)], ...] = (3,),
        bins: Annotated[int, Ge(1)] = 15,
    ) -> None:
        self.top_k = tuple(top_k)
        self.bins = bins
        self.reset()

    def reset(self) -> None:
        """Forget everything seen."""
        self._counts: Tensor | None = None  # (C, C), rows are the true classes
        self._hits: Tensor | None = None  # (len(top_k),)
        self._bins: Tensor | None = None  # (3, bins): samples, summed confidence, correct ones
        self._not_numbers: Tensor | int = 0

    def update(self, predictions: Tensor, targets: Tensor) -> None:
        """Take in one part of a split.

        Args:
            predictions: `(N, C)` or `(N, C, ...)` logits, log-probabilities or probabilities, or
                class indices of the targets' shape.
            targets: `(N,)` or `(N, ...)` class indices; -100 is passed over.

        Raises:
            ModelError: the predictions' shape does not fit the targets'.
            DataError: the targets are no class indices.
        """
        rows, truth = _rows(predictions, targets)
        if not len(truth):
            return
        if rows.ndim == 1:
            self._count(rows.long(), truth, int(max(rows.max(), truth.max())) + 1)
            return
        classes = rows.shape[1]
        if int(truth.max()) >= classes:
            raise ModelError(
                f"the targets hold class {int(truth.max())}, but the model gives {classes} scores "
                f"a sample, for the classes 0 to {classes - 1}. Enlarge its last layer."
            )
        rows = rows.float() if rows.itemsize < 4 else rows
        self._not_numbers = self._not_numbers + rows.isnan().any(1).sum()
        top = rows.argmax(1)
        self._count(top, truth, classes)
        self._rank(rows, truth)
        self._calibrate(rows, top == truth)

    def compute(self) -> dict[str, float]:
        """The scores of all that was seen.

        Raises:
            DataError: nothing was seen.
        """
        counts = self.confusion().double()
        if not counts.sum():
            raise DataError("there is nothing to score: no prediction was seen.")
        scores = _scores_of(counts)
        total = float(counts.sum())
        if self._hits is not None:
            for k, hits in zip(self.top_k, self._hits.tolist(), strict=True):
                if k < len(counts):
                    scores[f"top{k}_accuracy"] = hits / total
        if self._bins is not None:
            _, confidence, correct = self._bins.cpu()
            scores["calibration_error"] = float((confidence - correct).abs().sum() / total)
        if self.saw_nan:
            return dict.fromkeys(scores, float("nan"))
        return scores

    @property
    def saw_nan(self) -> bool:
        """Whether there was a NaN among the predictions."""
        return bool(int(self._not_numbers))

    def confusion(self) -> Tensor:
        """`(C, C)` counts on the CPU: row = true class, column = predicted class."""
        import torch

        return torch.zeros(0, 0, dtype=torch.long) if self._counts is None else self._counts.cpu()

    def _count(self, predicted: Tensor, truth: Tensor, classes: int) -> None:
        import torch
        from torch.nn.functional import pad

        known = 0 if self._counts is None else len(self._counts)
        size = max(classes, known)
        pairs = torch.bincount(truth * size + predicted, minlength=size * size).view(size, size)
        if self._counts is not None:
            pairs = pairs + pad(self._counts.to(pairs.device), (0, size - known, 0, size - known))
        self._counts = pairs

    def _rank(self, rows: Tensor, truth: Tensor) -> None:
        """Count where the true class is among the k highest; a tie is won by the lower class, lest
        a model that says the same for all classes be right."""
        import torch

        if all(k >= rows.shape[1] for k in self.top_k):
            return
        own = rows.gather(1, truth[:, None])
        lower = torch.arange(rows.shape[1], device=rows.device) < truth[:, None]
        rank = ((rows > own) | ((rows == own) & lower)).sum(1)
        hits = torch.stack([(rank < k).sum() for k in self.top_k])
        self._hits = hits if self._hits is None else self._hits.to(hits.device) + hits

    def _calibrate(self, rows: Tensor, correct: Tensor) -> None:
        import torch

        confidence = _probabilities(rows).amax(1)
        edges = torch.linspace(0, 1, self.bins + 1, device=rows.device, dtype=confidence.dtype)
        bins = (torch.bucketize(confidence, edges, right=True) - 1).clamp(0, self.bins - 1)
        exact = torch.float32 if rows.device.type == "mps" else torch.float64  # which has no double
        # A product with the one-hot bins: bincount with weights is not deterministic on CUDA.
        one_hot = torch.nn.functional.one_hot(bins, self.bins).to(exact)
        parts = torch.stack([torch.ones_like(confidence), confidence, correct]).to(exact) @ one_hot
        self._bins = parts if self._bins is None else self._bins.to(parts.device) + parts


def _rows(predictions: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """`(N, C)` scores or `(N,)` classes, and `(N,)` classes, without what is passed over."""
    truth = _class_indices(targets, "targets").reshape(-1)
    if predictions.shape == targets.shape:
        rows = _class_indices(predictions, "predictions").reshape(-1)
    elif predictions.ndim == targets.ndim + 1 and predictions.shape[2:] == targets.shape[1:]:
        rows = predictions.movedim(1, -1).reshape(-1, predictions.shape[1])
    else:
        rows = predictions[:0]
    if len(rows) != len(truth) or (rows.ndim == 2 and rows.shape[1] < 2 and len(rows)):
        raise ModelError(
            f"predictions of shape {tuple(predictions.shape)} do not fit targets of shape "
            f"{tuple(targets.shape)}: a classification needs (N, C) scores, one for each of two or "
            f"more classes, or (N,) class indices."
        )
    if len(truth) and int(truth.min()) < 0:
        kept = truth != IGNORED
        rows, truth = rows[kept], truth[kept]
        if len(truth) and int(truth.min()) < 0:
            raise DataError(
                f"the targets hold {int(truth.min())}: class indices start at 0 "
                f"({IGNORED} is passed over)."
            )
    if rows.ndim == 1 and len(rows) and int(rows.min()) < 0:
        raise ModelError(f"the predictions hold class {int(rows.min())}; classes start at 0.")
    return rows, truth


def _class_indices(values: Tensor, what: str) -> Tensor:
    if values.is_floating_point() and bool((values != values.round()).any()):
        error = ModelError if what == "predictions" else DataError
        raise error(
            f"the {what} of shape {tuple(values.shape)} are fractions, but class indices are whole "
            f"numbers. Is this a regression? Or give (N, C) scores."
        )
    return values.long()


def _probabilities(rows: Tensor) -> Tensor:
    """Rows as probabilities. Each row is judged for itself, so that it does not matter which rows
    come together; a softmax of log-probabilities gives the probabilities back."""
    import torch

    near_one = (rows.sum(1, keepdim=True) - 1).abs() < 1e-3
    given = near_one & (rows >= 0).all(1, keepdim=True)
    return torch.where(given, rows, rows.softmax(1))


def _scores_of(counts: Tensor) -> dict[str, float]:
    """The scores of a confusion matrix in double precision, over the classes that occur."""
    right, true, predicted = counts.diagonal(), counts.sum(1), counts.sum(0)
    occurs = (true + predicted) > 0
    recall = right / true.clamp(min=1)
    precision = right / predicted.clamp(min=1)
    f1 = 2 * right / (true + predicted).clamp(min=1)
    return {
        "accuracy": float(right.sum() / counts.sum()),
        "balanced_accuracy": float(recall[true > 0].mean()),
        "precision": float(precision[occurs].mean()),
        "recall": float(recall[occurs].mean()),
        "f1": float(f1[occurs].mean()),
    }
