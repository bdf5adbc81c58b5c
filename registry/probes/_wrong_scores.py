"""Wrong ways to compute a score, by what they give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from art.registry.probes._score_ways import (
    EXACT,
    SAME,
    SCORES,
    SWAPPED,
    amount_ways,
    close,
    variants,
    ways_of,
)

if TYPE_CHECKING:
    import numpy as np


def is_misdivided(
    score: str, value: float, said: list[np.ndarray], truth: list[np.ndarray]
) -> bool:
    """Whether an accuracy is, to the last digit, that of hits over the size of a full batch."""
    import numpy as np

    sizes = [len(t) for t in truth]
    if score != "accuracy" or len(set(sizes)) < 2:
        return False
    shares = [float((s == t).sum()) / max(sizes) for s, t in zip(said, truth, strict=True)]
    ways = float(np.mean(shares)), float(np.average(shares, weights=sizes))
    return any(close(value, way, SAME) for way in ways)


def wrong_labels(
    score: str,
    value: float,
    said: list[np.ndarray],
    truth: list[np.ndarray],
    raw: list[np.ndarray],
    within: float = EXACT,
) -> str:
    """The wrong way that gives a value within a distance, in words; empty where none does."""
    import numpy as np

    turned = SWAPPED.get(score)
    if turned and any(close(value, way, within) for way in ways_of(turned, said, truth)):
        return f"predictions and targets are swapped: it is the {turned}"
    if score in ("accuracy", "error"):
        other = "error" if score == "accuracy" else "accuracy"
        if any(close(value, way, within) for way in ways_of(other, said, truth)):
            return f"it is the {other}, and not the {score}"
    hits = [float((s == t).sum()) for s, t in zip(said, truth, strict=True)]
    sizes = [len(t) for t in truth]
    sums = {
        "the hits are summed, and not divided by the samples": [sum(hits)],
        "the hits of a batch are not divided by its samples": [
            sum(hits) / len(hits),
            float(np.average(hits, weights=sizes)),
        ],
        "the values of the batches are summed, and not averaged": [
            sum(h / n for h, n in zip(hits, sizes, strict=True))
        ],
    }
    if is_misdivided(score, value, said, truth):
        return "the hits of each batch are divided by the size of a full one: the last is smaller"
    for cause, ways in sums.items():
        if score == "accuracy" and any(close(value, w, within / 2 * max(1.0, w)) for w in ways):
            return cause
    if len(truth) > 1:
        for place, word in ((-1, "last"), (0, "first")):
            ways = variants(score, said[place], truth[place])
            if any(close(value, way, 1e-4) for way in ways):
                return f"it is of the {word} batch alone"
    pairs = [(s[:, None] == t[None]).mean() for s, t in zip(said, truth, strict=True)]
    crossed = [float(np.mean(pairs)), float(np.average(pairs, weights=sizes))]
    if score == "accuracy" and any(close(value, way, within) for way in crossed):
        return "each prediction is compared with all targets: shapes (n, 1) and (n,) are broadcast"
    return _wrong_argmax(score, value, truth, raw, within)


def _wrong_argmax(
    score: str, value: float, truth: list[np.ndarray], raw: list[np.ndarray], within: float
) -> str:
    import numpy as np

    if raw[0].ndim != 2:
        return ""
    pairs = list(zip(raw, truth, strict=True))
    if raw[0].shape[1] == 1:
        never = [np.zeros_like(t) for t in truth]
        if any(close(value, way, within) for way in ways_of(score, never, truth)):
            return "argmax is taken over a single column, where it is always 0"
        return ""
    lowest = [r.argmin(1) for r in raw]
    if any(close(value, way, within) for way in ways_of(score, lowest, truth)):
        return "argmin is taken for argmax"
    if score == "accuracy" and raw[0].shape[1] > 2:
        second = [np.where(np.argsort(r, 1)[:, -2] == t, t, r.argmax(1)) for r, t in pairs]
        if any(close(value, way, within) for way in ways_of(score, second, truth)):
            return "a prediction counts as right when its second choice is (top-2 accuracy)"
    if score == "accuracy":
        short = [(r.argmax(0)[: len(t)] == t[: r.shape[1]]).mean() for r, t in pairs if len(t)]
        table = [(r.argmax(0)[:, None] == t[None]).mean() for r, t in pairs]
        cycled = [(np.resize(r.argmax(0), len(t)) == t).mean() for r, t in pairs]
        columns = [np.arange(r.shape[1])[None] == t[:, None] for r, t in pairs]
        one_hot = [
            (r.argmax(0) == c.argmax(0)).mean() for (r, _), c in zip(pairs, columns, strict=True)
        ]
        sizes = [len(t) for t in truth]
        for each in (short, table, cycled, one_hot):
            ways = [np.mean(each), np.average(each, weights=sizes)]
            if any(close(value, float(way), within) for way in ways):
                return "argmax is taken over dimension 0, the samples, and not over the classes"
    return ""


def wrong_amounts(score: str, value: float, said: list[np.ndarray], true: list[np.ndarray]) -> str:
    def gives(ways: Sequence[float]) -> bool:
        return any(abs(value - way) <= EXACT * max(abs(way), 0.05) for way in ways)

    if score == "r2" and gives(amount_ways("r2", true, said)):
        return "predictions and targets are swapped"
    other = {"mse": "rmse", "rmse": "mse"}.get(score)
    if other and gives(amount_ways(other, said, true)):
        return f"it is the {other}, and not the {score}"
    sizes = [float(t.size) for t in true]
    values = [SCORES[score](p, t) for p, t in zip(said, true, strict=True)]
    if score in ("mse", "mae"):
        total = sum(v * n for v, n in zip(values, sizes, strict=True))
        if gives([total, total / len(sizes)]):
            return "it is summed over the samples, and not averaged"
        if len(values) > 1 and gives([sum(values)]):
            return "the values of the batches are summed, and not averaged"
    crossed = [
        SCORES[score](p.reshape(-1, 1), t.reshape(1, -1))
        for p, t in zip(said, true, strict=True)
        if score != "r2"
    ]
    if crossed and gives(
        [
            sum(crossed) / len(crossed),
            sum(c * n for c, n in zip(crossed, sizes, strict=True)) / sum(sizes),
        ]
    ):
        return "each prediction is compared with all targets: a column is set against a row"
    return ""
