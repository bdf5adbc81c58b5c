"""Draws how training went."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from art.core.figure import Level, Lines, Mark, Series
from art.core.visualizer import Drawing, Seen, Visualizer
from art.registries import visualizers

NAME = re.compile(r"^(train|val)[/_](\w+)$")
PREFERRED = ("accuracy", "acc", "f1", "r2", "mae", "rmse")
MOST_POINTS = 500
MOST_PARTS = 6
LOG_RATIO = 100
"""A loss that falls by this factor is drawn on a logarithmic axis."""

Curve = Sequence[tuple[int, float, float]]


@visualizers("art.LearningCurves.v1")
class LearningCurves(Visualizer):
    """Losses, and scores, of train and val over epochs (over steps where there was one epoch).

    Draws `loss`, `score`, and `losses`: the others that the module logs by a name of their own, as
    a GAN's `g_loss` and `d_loss`. A curve of more than 500 values is averaged over equal stretches.

    Args:
        scores: metrics to draw, without their split (`["f1", "recall"]`), best of one scale; the
            one that says most where none are named.
    """

    def __init__(self, scores: tuple[str, ...] = ()) -> None:
        self.scores = tuple(scores)

    def draw(self, seen: Seen) -> dict[str, Drawing]:
        """One figure of losses, one of scores, each where there is something to draw."""
        curves = _by_metric(seen.history)
        by_step = _last_epoch(curves) <= 1.0
        drawings: dict[str, Drawing] = {}
        losses = _series(curves, ["loss"], by_step)
        axis = "step" if by_step else "epoch"
        if losses:
            drawings["loss"] = Lines("Loss", losses, axis, "loss", log_y=_spans_decades(losses))
        parts = _parts(seen.history, by_step)
        if parts:
            drawings["losses"] = Lines("Losses", parts, axis, "loss", log_y=_spans_decades(parts))
        names = list(self.scores) or _choose(curves)
        scores = _series(curves, names, by_step)
        if scores:
            label = names[0].replace("_", " ") if len(names) == 1 else "scores"
            levels, marks = _levels(names, seen), _marks(names, scores, seen)
            drawings["score"] = Lines(
                label.capitalize(), scores, axis, label, levels=levels, marks=marks
            )
        return drawings


def _levels(names: Sequence[str], seen: Seen) -> list[Level]:
    """What the best simple model reaches on the validation split."""
    found = [(name, seen.simple.get(f"val/{name}")) for name in names]
    return [Level(f"simple model, val/{n}", value) for n, value in found if value is not None]


def _marks(names: Sequence[str], scores: Sequence[Series], seen: Seen) -> list[Mark]:
    """The epoch of the best weights, and what they reach on the whole training split.

    The train curve is a running score in train mode, with dropout, over weights that change: it is
    not comparable with val, and often stands below it.
    """
    marks = []
    for name in names:
        val, train = seen.scores.get(f"val/{name}"), seen.scores.get(f"train/{name}")
        curve = next((one for one in scores if one.name == f"val/{name}"), None)
        if val is None or curve is None:
            continue
        best = min(zip(curve.x, curve.y, strict=True), key=lambda point: abs(point[1] - val))
        marks.append(Mark(f"best epoch, val/{name}", *best))
        if train is not None:
            marks.append(Mark(f"best epoch, whole train/{name}", best[0], train))
    return marks


def _by_metric(history: Mapping[str, Curve]) -> dict[str, dict[str, Curve]]:
    """Curves by metric and split. `val/accuracy` is read, and `val_accuracy`, as users' own
    modules log it, where the former is not there."""
    curves: dict[str, dict[str, Curve]] = {}
    for name in sorted(history, key=lambda name: "/" not in name):
        match = NAME.match(name)
        if match and history[name]:
            curves.setdefault(match[2], {}).setdefault(match[1], history[name])
    return curves


def _parts(history: Mapping[str, Curve], by_step: bool) -> list[Series]:
    """Losses under names of a module's own: parts of a loss, and those of several optimizers."""
    names = [
        name
        for name, curve in history.items()
        if curve
        and "loss" in re.split(r"[^a-z0-9]+", name.lower())
        and not ((match := NAME.match(name)) and match[2] == "loss")
    ]
    bases = {name.removesuffix("_epoch").removesuffix("_step") for name in names}
    shown = []
    for base in sorted(bases):  # a value that is logged by step and by epoch is drawn once
        name = next(n for n in (base, f"{base}_epoch", f"{base}_step") if n in names)
        points = [(float(row[0]) if by_step else row[1], row[2]) for row in history[name]]
        shown.append(Series(base, *_thin(_means(points))))
    return shown[:MOST_PARTS]


def _means(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """One point a place: what is logged by step is known by its epoch alone."""
    places: dict[float, list[float]] = {}
    for x, y in points:
        places.setdefault(x, []).append(y)
    return [(x, sum(values) / len(values)) for x, values in places.items()]


def _last_epoch(curves: Mapping[str, Mapping[str, Curve]]) -> float:
    epochs = (row[1] for splits in curves.values() for curve in splits.values() for row in curve)
    return max(epochs, default=0.0)


def _choose(curves: Mapping[str, object]) -> list[str]:
    """The one score that says most: many at once hide each other."""
    names = [name for name in curves if name != "loss" and not name.endswith(("_step", "_epoch"))]
    return sorted(names, key=_preference)[:1]


def _preference(name: str) -> int:
    return PREFERRED.index(name) if name in PREFERRED else len(PREFERRED)


def _series(
    curves: Mapping[str, Mapping[str, Curve]], names: Sequence[str], by_step: bool
) -> list[Series]:
    found = []
    for name in names:
        for split in ("train", "val"):
            curve = curves.get(name, {}).get(split)
            if curve:
                x, y = _thin([(row[0] if by_step else row[1], row[2]) for row in curve])
                told = " while it trains" if split == "train" and name != "loss" else ""
                found.append(Series(f"{split}/{name}{told}", x, y))
    return found


def _thin(points: Sequence[tuple[float, float]]) -> tuple[list[float], list[float]]:
    """Means over equal stretches, so that no more than 500 points are left. A NaN inside one
    leaves a gap in the curve."""
    size = math.ceil(len(points) / MOST_POINTS)
    parts = [points[start : start + size] for start in range(0, len(points), size)]
    x = [sum(point[0] for point in part) / len(part) for part in parts]
    y = [sum(point[1] for point in part) / len(part) for part in parts]
    return x, y


def _spans_decades(series: Sequence[Series]) -> bool:
    values = [value for one in series for value in one.y if math.isfinite(value)]
    return bool(values) and min(values) > 0 and max(values) / min(values) > LOG_RATIO
