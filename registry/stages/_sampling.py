"""How far a score may be off by the chance of which samples a split holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from art.core.task import TaskProfile
from art.registry.stages._measures import IGNORED, labelled

if TYPE_CHECKING:
    import numpy as np


def standard_error(
    profile: TaskProfile, predictions: np.ndarray, targets: np.ndarray
) -> float | None:
    """How far the deciding score may be off by the chance of which samples the split holds.

    Of an accuracy by the binomial distribution, with one right and one wrong sample added so that
    a perfect score is not taken for certain (Agresti and Coull 1998); of masks by how much images
    differ, since the pixels of one are not drawn apart; of an r2 by 200 bootstrap samples (Efron
    1979). None for other scores.

    Args:
        profile: names the deciding score.
        predictions: `(N, C)` scores of classes or `(N,)` / `(N, D)` numbers.
        targets: `(N,)` or `(N, D)`.
    """
    import numpy as np

    count = len(targets)
    if profile.score == "accuracy":
        chosen = predictions.argmax(1) if predictions.ndim > targets.ndim else predictions
        judged = max(len(labelled(targets)), 1)
        right = float((chosen == targets).sum())
        share = (right + 1) / (judged + 2)
        drawn = float(np.sqrt(share * (1 - share) / judged))
        return max(drawn, _between(chosen, targets)) if targets.ndim > 1 else drawn
    if profile.score == "r2":
        draws = np.random.default_rng(0).integers(0, count, (200, count))
        found = predictions.reshape(count, -1).mean(1), targets.reshape(count, -1).mean(1)
        errors = ((found[1] - found[0]) ** 2)[draws].sum(1)
        spread = found[1][draws]
        total = ((spread - spread.mean(1, keepdims=True)) ** 2).sum(1)
        return float(np.std(1 - errors / np.maximum(total, 1e-12)))
    return None


def _between(chosen: np.ndarray, targets: np.ndarray) -> float:
    """The standard error of an accuracy of pixels, by how the images' own accuracies spread."""
    import numpy as np

    axes = tuple(range(1, targets.ndim))
    kept = targets != IGNORED
    seen = kept.sum(axes)
    right = ((chosen == targets) & kept).sum(axes)[seen > 0]
    seen = seen[seen > 0]
    if len(seen) < 2:
        return 0.0
    # a ratio of sums: images with more labelled pixels count for more
    apart = right - seen * (right.sum() / seen.sum())
    return float(np.sqrt(apart.var(ddof=1) / len(seen)) / seen.mean())
