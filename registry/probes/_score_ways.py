"""Every usual way to compute a score from raw predictions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

SWAPPED = {"precision": "recall", "recall": "precision"}
CLOSE, EXACT, SAME = 0.02, 2e-3, 1e-5


def close(value: float, way: float, within: float = CLOSE) -> bool:
    return abs(value - way) <= within


def ways_of(score: str, said: list[np.ndarray], truth: list[np.ndarray]) -> list[float]:
    """The usual values of a score: over all samples, and as a mean over batches."""
    import numpy as np

    whole = variants(score, np.concatenate(said), np.concatenate(truth))
    rows = [variants(score, s, t) for s, t in zip(said, truth, strict=True)]
    sizes = np.array([len(t) for t in truth], dtype=float)
    means = [*np.mean(rows, axis=0), *np.average(rows, axis=0, weights=sizes)]
    return [*whole, *means]


def variants(score: str, said: np.ndarray, true: np.ndarray) -> list[float]:
    """The values of a score on some samples, in a fixed order."""
    import numpy as np

    if score in ("accuracy", "error"):
        hits = (said == true).astype(float)
        present = np.unique(true)
        balanced = float(np.mean([hits[true == c].mean() for c in present]))
        union = np.union1d(present, np.unique(said))
        every = sum(hits[true == c].mean() for c in present)
        values = [float(hits.mean()), balanced, float(every / len(union))]
        return values if score == "accuracy" else [1 - each for each in values]
    classes = np.union1d(np.unique(true), np.unique(said))
    each = np.array([_of_class(score, said == c, true == c) for c in classes])
    support = np.array([(true == c).sum() for c in classes], dtype=float)
    micro = float((said == true).mean())
    positive = _of_class(score, said == 1, true == 1)
    negative = _of_class(score, said == 0, true == 0)
    in_truth = each[support > 0].mean()
    weighted = float(np.average(each, weights=support))
    first = positive if classes.max() <= 1 else float(each.mean())
    extra = [positive, negative] if classes.max() <= 1 else [weighted, weighted]
    return [first, float(each.mean()), float(in_truth), weighted, micro, *extra]


def _of_class(score: str, said: np.ndarray, true: np.ndarray) -> float:
    both = float((said & true).sum())
    over = {
        "precision": float(said.sum()),
        "recall": float(true.sum()),
        "f1": float(said.sum() + true.sum()) / 2,
    }[score]
    return both / over if over else 0.0


SCORES: Mapping[str, Callable[[Any, Any], float]] = {
    "mse": lambda p, t: float(((p - t) ** 2).mean()),
    "rmse": lambda p, t: float(((p - t) ** 2).mean() ** 0.5),
    "mae": lambda p, t: float(abs(p - t).mean()),
    "r2": lambda p, t: float(
        (1 - ((p - t) ** 2).sum(0) / (((t - t.mean(0)) ** 2).sum(0) + 1e-12)).mean()
    ),
}


def amount_ways(score: str, said: list[np.ndarray], true: list[np.ndarray]) -> list[float]:
    import numpy as np

    function = SCORES[score]
    each = [function(p, t) for p, t in zip(said, true, strict=True)]
    sizes = [len(t) for t in true]
    ways = [function(np.concatenate(said), np.concatenate(true))]
    ways += [float(np.mean(each)), float(np.average(each, weights=sizes))]
    if score == "r2":
        p, t = np.concatenate(said), np.concatenate(true)
        ways.append(1 - ((p - t) ** 2).sum() / (((t - t.mean(0)) ** 2).sum() + 1e-12))
    return ways
