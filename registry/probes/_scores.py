"""Judges logged scores by raw predictions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from art.registry.probes._names import words_of
from art.registry.probes._score_ways import CLOSE, SAME, SWAPPED, amount_ways, close, ways_of
from art.registry.probes._wrong_scores import wrong_amounts, wrong_labels

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

PLAIN = {
    "val", "valid", "validation", "eval", "dev", "epoch", "metric", "metrics", "avg", "mean",
    "macro", "micro", "weighted", "balanced", "score", "rate", "multiclass", "binary", "overall",
}  # fmt: skip
"""Words beside a score's own that leave no doubt what it is of."""
WORDS = {
    "acc": "accuracy", "accuracy": "accuracy", "top1": "accuracy", "error": "error", "err": "error",
    "precision": "precision", "recall": "recall", "f1": "f1", "f1score": "f1", "mse": "mse",
    "rmse": "rmse", "mae": "mae", "r2": "r2", "r2score": "r2",
}  # fmt: skip


@dataclass
class Judged:
    """What raw predictions say of a logged value.

    Attributes:
        right: whether a usual way of computing the score gives it.
        expected: what the most usual way gives.
        cause: the wrong way that gives it; empty where none does.
    """

    right: bool
    expected: float
    cause: str = ""


def score_named(name: str) -> str:
    """The score that a logged name says it is; empty where the name says more, or nothing."""
    words = words_of(name)
    named = {WORDS[word] for word in words if word in WORDS}
    rest = [word for word in words if word not in WORDS and word not in PLAIN]
    if (named == {"error"} and "mean" in words) or rest or len(named) != 1:
        return ""
    return next(iter(named))


def judge(
    name: str, value: float, predictions: Sequence[Tensor], targets: Sequence[Tensor]
) -> Judged | None:
    """Compare a logged value with what the predictions give; None where it cannot be judged."""
    score = score_named(name)
    if not score or not predictions:
        return None
    if score in ("mse", "rmse", "mae", "r2"):
        return _amounts(score, value, predictions, targets)
    parts = _classes(predictions, targets)
    return None if parts is None else _labels(score, value, *parts)


def _classes(
    predictions: Sequence[Tensor], targets: Sequence[Tensor]
) -> tuple[list[list[np.ndarray]], list[np.ndarray], list[np.ndarray]] | None:
    """(predicted classes a batch in each way they may be read, true ones, raw outputs)."""
    import numpy as np

    raw = [each.float().numpy() for each in predictions]
    true = [each.numpy().reshape(-1) for each in targets]
    everything = np.concatenate(true)
    whole = bool((everything == everything.round()).all()) and everything.min() >= 0
    if not whole or any(len(a) != len(b) for a, b in zip(raw, true, strict=True)):
        return None
    truth = [each.astype(int) for each in true]
    if raw[0].ndim == 2 and raw[0].shape[1] > 1:
        if everything.max() >= raw[0].shape[1]:
            return None
        return [[each.argmax(1) for each in raw]], truth, raw
    if raw[0].ndim > 2 or raw[0].size != len(raw[0]):
        return None
    flat = [each.reshape(-1) for each in raw]
    if not predictions[0].is_floating_point():
        return [[each.astype(int) for each in flat]], truth, raw
    if everything.max() > 1:
        return None
    inside = all(each.min() >= 0 and each.max() <= 1 for each in flat)
    cuts = (0.5, 0.0) if inside else (0.0,)
    return [[(each > cut).astype(int) for each in flat] for cut in cuts], truth, raw


def _labels(
    score: str,
    value: float,
    readings: list[list[np.ndarray]],
    truth: list[np.ndarray],
    raw: list[np.ndarray],
) -> Judged | None:
    import numpy as np

    usual = [way for said in readings for way in ways_of(score, said, truth)]
    right = any(close(value, way) or close(value / 100, way) for way in usual)
    if right and _is_swapped(score, value, usual, readings[0], truth):
        right = False
    exact = any(close(value, way, SAME) or close(value / 100, way, SAME) for way in usual)
    if right and not exact and wrong_labels(score, value, readings[0], truth, raw, SAME):
        right = False  # a wrong way gives it to the last digit, and a usual one only about
    if right or not np.isfinite(value):
        return Judged(right, usual[0])
    return Judged(False, usual[0], wrong_labels(score, value, readings[0], truth, raw))


def _is_swapped(
    score: str,
    value: float,
    usual: Sequence[float],
    said: list[np.ndarray],
    truth: list[np.ndarray],
) -> bool:
    """Whether a precision is a recall to the last digit, and no precision is: both may be near."""
    turned = SWAPPED.get(score)
    if turned is None or any(close(value, w, SAME) or close(value / 100, w, SAME) for w in usual):
        return False
    return any(close(value, way, SAME) for way in ways_of(turned, said, truth))


def _amounts(
    score: str, value: float, predictions: Sequence[Tensor], targets: Sequence[Tensor]
) -> Judged | None:
    import numpy as np

    if any(
        p.numel() != t.numel() or len(p) != len(t)
        for p, t in zip(predictions, targets, strict=True)
    ):
        return None
    shape = targets[0].shape[1:]
    said = [p.double().numpy().reshape(-1, *shape) for p in predictions]
    true = [t.double().numpy() for t in targets]
    ways = amount_ways(score, said, true)
    right = any(abs(value - way) <= CLOSE * max(abs(way), 0.5) for way in ways)
    if right or not np.isfinite(value):
        return Judged(right, ways[0])
    cause = wrong_amounts(score, value, said, true)
    # an error in other units, as of targets that are scaled back, is no mistake; r2 has no units
    if not cause and score != "r2":
        return None
    return Judged(False, ways[0], cause)
