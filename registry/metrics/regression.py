"""Scores of a regression, from sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

from art.core.metric import MetricCalculator
from art.errors import DataError, ModelError
from art.registries import metrics

if TYPE_CHECKING:
    from torch import Tensor


class _Moments:
    """Count, mean and sum of squared deviations of each column, merged part by part.

    Source: T. Chan, G. Golub, R. LeVeque, Updating Formulae and a Pairwise Algorithm for Computing
    Sample Variances, 1979. Values are taken relative to the first row seen, so that a constant
    column has exactly no variance.
    """

    def __init__(self) -> None:
        self.count = 0
        self._origin: Tensor | None = None

    def update(self, values: Tensor) -> None:
        """Merge in `(n, D)` values in double precision."""
        if self._origin is None:
            self._origin = values[0]
            self._mean = values[0] * 0
            self.squares = values[0] * 0
        values = values - self._origin
        count = len(values)
        mean = values.mean(0)
        delta = mean - self._mean
        total = self.count + count
        self.squares = (
            self.squares
            + (values - mean).square().sum(0)
            + delta.square() * (self.count * count / total)
        )
        self._mean = self._mean + delta * (count / total)
        self.count = total


@metrics("art.Regression.v1")
class Regression(MetricCalculator):
    """Mean absolute and squared error, its root, r2, explained variance and the largest error.

    Keeps sums in double precision, never predictions: the scores are those of the whole split
    however it is cut, and equal scikit-learn's, averaged over the outputs where there are several
    (`max_error` is the largest of all). `mae`, `rmse` and `max_error` are in the targets' units,
    `mse` in their square. One NaN among predictions or targets makes every score NaN; `r2` and
    `explained_variance` of fewer than two samples are NaN as well.
    """

    kind = "regression"
    names = ("mae", "mse", "rmse", "r2", "explained_variance", "max_error")

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everything seen."""
        self._targets = _Moments()
        self._errors = _Moments()
        self._absolute: Tensor | None = None  # (D,) sums
        self._squared: Tensor | None = None  # (D,) sums
        self._largest: Tensor | None = None  # (D,)

    def update(self, predictions: Tensor, targets: Tensor) -> None:
        """Take in one part of a split: `(N,)` or `(N, D)` numbers each, in the targets' units.

        Raises:
            ModelError: the two differ in shape.
        """
        import torch

        guesses, truth = _table(predictions), _table(targets)
        if guesses.shape != truth.shape:
            raise ModelError(
                f"predictions of shape {tuple(predictions.shape)} do not fit targets of shape "
                f"{tuple(targets.shape)}: a regression needs one number for each target."
            )
        if not len(truth):
            return
        errors = truth - guesses
        absolute = errors.abs()
        self._targets.update(truth)
        self._errors.update(errors)
        if self._absolute is None or self._squared is None or self._largest is None:
            self._absolute = self._squared = self._largest = absolute[0] * 0
        self._absolute = self._absolute + absolute.sum(0)
        self._squared = self._squared + errors.square().sum(0)
        self._largest = torch.maximum(self._largest, absolute.amax(0))

    def compute(self) -> dict[str, float]:
        """The scores of all that was seen.

        Raises:
            DataError: nothing was seen.
        """
        count = self._targets.count
        if self._absolute is None or self._squared is None or self._largest is None:
            raise DataError("there is nothing to score: no prediction was seen.")
        mse = self._squared / count
        scores = {
            "mae": float((self._absolute / count).mean()),
            "mse": float(mse.mean()),
            "rmse": float(mse.sqrt().mean()),
            "r2": self._share_explained(self._squared),
            "explained_variance": self._share_explained(self._errors.squares),
            "max_error": float(self._largest.max()),
        }
        if not self._squared.isnan().any():
            return scores
        return dict.fromkeys(scores, float("nan"))

    def _share_explained(self, left: Tensor) -> float:
        """1 - left / variance, averaged over outputs. A constant target is wholly explained by
        an exact prediction and not at all by another."""
        import torch

        if self._targets.count < 2:
            return float("nan")
        whole = self._targets.squares
        share = 1 - left / torch.where(whole > 0, whole, 1.0)
        constant = torch.where(left > 0, 0.0, 1.0).to(share.dtype)
        return float(torch.where(whole > 0, share, constant).mean())


def _table(values: Tensor) -> Tensor:
    """`(N, D)` in double precision, on the CPU where the device has none."""
    if values.device.type == "mps":
        values = values.cpu()
    return values.double().reshape(len(values), -1)
