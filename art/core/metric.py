"""The metric calculator: scores from predictions and targets, over a whole split in one pass."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from torch import Tensor


class MetricCalculator(ABC):
    """Sees every prediction of a split once, in any number of parts, then computes.

    The same object scores a network and a scikit-learn baseline. Scores must not depend on how
    the split was cut into parts: keep sums and counts, never a mean of batch values.

    Attributes:
        kind: `classification`, `regression` or `""`: what the scores are about.
        names: the scores' names without a split, `*` for anything, where they are known before;
            a config's check that names another is then a mistake. Empty where they are not.
    """

    kind: ClassVar[str] = ""
    names: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def reset(self) -> None:
        """Forget everything seen."""

    @abstractmethod
    def update(self, predictions: Tensor, targets: Tensor) -> None:
        """Take in one part of a split.

        Args:
            predictions: for a classification `(N, C)` logits, probabilities or log-probabilities,
                or `(N,)` class indices; for a regression `(N,)` or `(N, D)` in the targets' units.
            targets: `(N,)` class indices, or `(N,)` / `(N, D)` numbers.
        """

    @abstractmethod
    def compute(self) -> dict[str, float]:
        """The scores of all that was seen, by metric name without a split: `{"accuracy": 0.9}`.

        Raises:
            art.errors.DataError: nothing was seen.
        """
