"""How well masks lie on each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from art.core.metric import MetricCalculator
from art.errors import DataError
from art.registries import metrics
from art.registry.metrics.classification import Classification

if TYPE_CHECKING:
    from torch import Tensor


@metrics("art.Overlap.v1")
class Overlap(MetricCalculator):
    """Intersection over union: the mean over the classes, and that of the worst one.

    Where nearly all pixels are background a model that finds nothing has a high accuracy; its
    `smallest_iou` is 0. All pixels of the split are counted together; `iou` is the mean over the
    classes that occur, each counting the same. Dice's coefficient is `f1` of
    `art.Classification.v1`. One NaN among the predictions makes every score NaN.
    """

    kind = "classification"
    names = ("iou", "smallest_iou")

    def __init__(self) -> None:
        self._counts = Classification(top_k=())

    def reset(self) -> None:
        """Forget everything seen."""
        self._counts.reset()

    def update(self, predictions: Tensor, targets: Tensor) -> None:
        """Take in one part of a split.

        Args:
            predictions: `(N, C, H, W)` scores of the classes, or class indices of the targets'
                shape.
            targets: `(N, H, W)` class indices; -100 is passed over.

        Raises:
            ModelError: the predictions' shape does not fit the targets'.
            DataError: the targets are no class indices.
        """
        self._counts.update(predictions, targets)

    def compute(self) -> dict[str, float]:
        """The scores of all that was seen.

        Raises:
            DataError: nothing was seen.
        """
        counts = self._counts.confusion().double()
        if not counts.sum():
            raise DataError("there is nothing to score: no prediction was seen.")
        if self._counts.saw_nan:
            return dict.fromkeys(self.names, float("nan"))
        both = counts.diagonal()
        either = counts.sum(0) + counts.sum(1) - both
        iou = (both / either)[either > 0]
        return {"iou": float(iou.mean()), "smallest_iou": float(iou.min())}
