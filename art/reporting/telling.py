"""Which of a stage's scores tell most, where there is room for a few."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from art.core.record import CheckResult

_METRICS = (
    "accuracy",
    "balanced_accuracy",
    "f1",
    "macro_f1",
    "auroc",
    "iou",
    "dice",
    "r2",
    "mae",
    "rmse",
    "mse",
    "loss",
)
_SPLITS = ("test", "val", "train")


def telling_scores(
    scores: Mapping[str, float], checks: Sequence[CheckResult] = (), limit: int = 3
) -> dict[str, float]:
    """The scores to show first: those that a gate decided on, then the usual ones.

    Args:
        scores: all of them, `split/metric`.
        checks: the stage's checks. A score whose value one of them measured leads.
        limit: how many at most.
    """
    judged = sorted((c for c in checks if c.severity == "block"), key=lambda c: c.passed)
    names = [name for check in judged if (name := _judged(check, scores)) and _tells(name)]
    names += sorted((n for n in scores if _rank(n) is not None), key=lambda n: _rank(n) or (0, 0))
    names += list(scores)
    return {name: scores[name] for name in list(dict.fromkeys(names))[:limit]}


def deciding_score(scores: Mapping[str, float], checks: Sequence[CheckResult] = ()) -> str | None:
    """The one score to show, None where there is none."""
    return next(iter(telling_scores(scores, checks, limit=1)), None)


def is_usual(name: str) -> bool:
    """Whether a score is one of those that models are commonly compared by, `val/accuracy`."""
    return _rank(name) is not None


def _judged(check: CheckResult, scores: Mapping[str, float]) -> str | None:
    """The score that a check looked at: its message names it first; else by its value."""
    named = check.message.partition(" is ")[0]
    if named in scores:
        return named
    return next((name for name, value in scores.items() if value == check.value), None)


def _tells(name: str) -> bool:
    """A count of what is wrong tells nothing while it is 0; the deciding scores do."""
    return _rank(name) is not None or name.rpartition("/")[2] == "input_scale"


def _rank(name: str) -> tuple[int, int] | None:
    split, _, metric = name.partition("/")
    if split not in _SPLITS or metric not in _METRICS:
        return None
    # Of each split the best-known metric first: val/accuracy, val/loss, train/accuracy, ...
    return _SPLITS.index(split), _METRICS.index(metric)
