"""Every usual way to compute a score from raw predictions, and a few wrong ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from art.registry.probes._names import words_of

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
SWAPPED = {"precision": "recall", "recall": "precision"}
CLOSE, EXACT, SAME = 0.02, 2e-3, 1e-6


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

    usual = [way for said in readings for way in _ways(score, said, truth)]
    right = any(_close(value, way) or _close(value / 100, way) for way in usual)
    if right and _is_swapped(score, value, usual, readings[0], truth):
        right = False
    if right or not np.isfinite(value):
        return Judged(right, usual[0])
    return Judged(False, usual[0], _wrong_labels(score, value, readings[0], truth, raw))


def _is_swapped(
    score: str,
    value: float,
    usual: Sequence[float],
    said: list[np.ndarray],
    truth: list[np.ndarray],
) -> bool:
    """Whether a precision is a recall to the last digit, and no precision is: both may be near."""
    turned = SWAPPED.get(score)
    if turned is None or any(_close(value, w, SAME) or _close(value / 100, w, SAME) for w in usual):
        return False
    return any(_close(value, way, SAME) for way in _ways(turned, said, truth))


def _close(value: float, way: float, within: float = CLOSE) -> bool:
    return abs(value - way) <= within


def _ways(score: str, said: list[np.ndarray], truth: list[np.ndarray]) -> list[float]:
    """The usual values of a score: over all samples, and as a mean over batches."""
    import numpy as np

    whole = _variants(score, np.concatenate(said), np.concatenate(truth))
    rows = [_variants(score, s, t) for s, t in zip(said, truth, strict=True)]
    sizes = np.array([len(t) for t in truth], dtype=float)
    means = [*np.mean(rows, axis=0), *np.average(rows, axis=0, weights=sizes)]
    return [*whole, *means]


def _variants(score: str, said: np.ndarray, true: np.ndarray) -> list[float]:
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


def _wrong_labels(
    score: str,
    value: float,
    said: list[np.ndarray],
    truth: list[np.ndarray],
    raw: list[np.ndarray],
) -> str:
    """The wrong way that gives a value, in words."""
    import numpy as np

    turned = SWAPPED.get(score)
    if turned and any(_close(value, way, EXACT) for way in _ways(turned, said, truth)):
        return f"predictions and targets are swapped: it is the {turned}"
    if score in ("accuracy", "error"):
        other = "error" if score == "accuracy" else "accuracy"
        if any(_close(value, way, EXACT) for way in _ways(other, said, truth)):
            return f"it is the {other}, and not the {score}"
    hits = [float((s == t).sum()) for s, t in zip(said, truth, strict=True)]
    sizes = [len(t) for t in truth]
    sums = {
        "the hits are summed, and not divided by the samples": sum(hits),
        "the hits of a batch are not divided by its samples": sum(hits) / len(hits),
        "the values of the batches are summed, and not averaged": sum(
            h / n for h, n in zip(hits, sizes, strict=True)
        ),
    }
    for cause, wrong in sums.items():
        if score == "accuracy" and abs(value - wrong) <= 1e-3 * max(1.0, wrong):
            return cause
    if len(truth) > 1:
        for place, word in ((-1, "last"), (0, "first")):
            ways = _variants(score, said[place], truth[place])
            if any(_close(value, way, 1e-4) for way in ways):
                return f"it is of the {word} batch alone"
    return _wrong_argmax(score, value, truth, raw, np)


def _wrong_argmax(
    score: str, value: float, truth: list[np.ndarray], raw: list[np.ndarray], np: Any
) -> str:
    if raw[0].ndim != 2:
        return ""
    pairs = list(zip(raw, truth, strict=True))
    if raw[0].shape[1] == 1:
        never = [np.zeros_like(t) for t in truth]
        if any(_close(value, way, EXACT) for way in _ways(score, never, truth)):
            return "argmax is taken over a single column, where it is always 0"
        return ""
    lowest = [r.argmin(1) for r in raw]
    if any(_close(value, way, EXACT) for way in _ways(score, lowest, truth)):
        return "argmin is taken for argmax"
    if score == "accuracy":
        short = [(r.argmax(0)[: len(t)] == t[: r.shape[1]]).mean() for r, t in pairs if len(t)]
        table = [(r.argmax(0)[:, None] == t[None]).mean() for r, t in pairs]
        cycled = [(np.resize(r.argmax(0), len(t)) == t).mean() for r, t in pairs]
        sizes = [len(t) for t in truth]
        for each in (short, table, cycled):
            ways = [np.mean(each), np.average(each, weights=sizes)]
            if any(_close(value, float(way), EXACT) for way in ways):
                return "argmax is taken over dimension 0, the samples, and not over the classes"
    return ""


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
    ways = _amount_ways(score, said, true)
    right = any(abs(value - way) <= CLOSE * max(abs(way), 0.5) for way in ways)
    if right or not np.isfinite(value):
        return Judged(right, ways[0])
    cause = _wrong_amounts(score, value, said, true)
    # an error in other units, as of targets that are scaled back, is no mistake; r2 has no units
    if not cause and score != "r2":
        return None
    return Judged(False, ways[0], cause)


SCORES: Mapping[str, Callable[[Any, Any], float]] = {
    "mse": lambda p, t: float(((p - t) ** 2).mean()),
    "rmse": lambda p, t: float(((p - t) ** 2).mean() ** 0.5),
    "mae": lambda p, t: float(abs(p - t).mean()),
    "r2": lambda p, t: float(
        (1 - ((p - t) ** 2).sum(0) / (((t - t.mean(0)) ** 2).sum(0) + 1e-12)).mean()
    ),
}


def _amount_ways(score: str, said: list[np.ndarray], true: list[np.ndarray]) -> list[float]:
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


def _wrong_amounts(score: str, value: float, said: list[np.ndarray], true: list[np.ndarray]) -> str:
    def gives(ways: Sequence[float]) -> bool:
        return any(abs(value - way) <= EXACT * max(abs(way), 0.05) for way in ways)

    if score == "r2" and gives(_amount_ways("r2", true, said)):
        return "predictions and targets are swapped"
    other = {"mse": "rmse", "rmse": "mse"}.get(score)
    if other and gives(_amount_ways(other, said, true)):
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
