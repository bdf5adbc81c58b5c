"""Does one input tell the target?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes

if TYPE_CHECKING:
    import numpy as np

    from art.training.probing.observing import Observed

MOST = 1500
COLUMNS = 200
TARGETS = 8
"""Columns of a target of several numbers that are looked at."""
BINS = 32
EXACT = 0.02
TELLING = 0.9
"""The share of the prior's error that a column takes away before it is looked at closely."""
OTHERS = 0.25
WITHIN = 0.015


@probes("art.TargetInFeature.v1")
class TargetInFeature(Probe):
    """No single column may be the target in disguise.

    Each column predicts the target alone, by the mean or the most frequent class of its bins, each
    sample left out in turn. A column that leaves next to nothing, where all the others together
    leave much, was made from the target. A feature may be the cause of the target and dominate it:
    where the others tell nothing, or tell of the column what the target does not, it only warns.
    """

    cost: ClassVar[str] = "a histogram a column, 2 cheap models"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Predict by each column alone, and by all the others."""
        from art.registry.probes._grounds import are_ids
        from art.registry.probes._rows import is_tokens, labels_of
        from art.training.probing.observing import observe

        observed = context.once(observe)
        if "train" not in observed.splits:
            return []
        train = observed.splits["train"].rows
        labels = labels_of(observed, train)
        if labels is None or len(labels.values) < 50 or train.inputs.ndim < 2:
            return []
        width = train.inputs[0].size
        if width < 2:
            return []
        if is_tokens(train.inputs) and width > 64:
            return []
        classes = labels.kind == "classes"
        targets = labels.values.reshape(len(labels.values), -1).T[:TARGETS]
        # What an id tells is its own affair: a user may like or dislike everything.
        ids = bool(context.contract.ids) or are_ids(train.inputs)
        found = [s for values in targets for s in _judged(observed, values, classes=classes)]
        found = [replace(one, certain=one.certain and not ids) for one in found]
        return sorted(found, key=lambda suspicion: not suspicion.certain)[:1]


def _judged(observed: Observed, values: np.ndarray, *, classes: bool) -> Iterator[Suspicion]:
    import numpy as np

    from art.registry.probes._rows import flat

    rows = flat(observed.splits["train"].rows.inputs)
    chosen = np.flatnonzero(np.isfinite(values))
    chosen = np.sort(np.random.RandomState(0).permutation(chosen)[:MOST])
    rows, values = rows[chosen], values[chosen]
    rows = np.where(np.isfinite(rows), rows, np.nanmin(rows[np.isfinite(rows)], initial=0) - 1)
    if len(np.unique(values)) < 2 or (classes and values.min() < 0):
        return
    left = np.full(rows.shape[1], 1.0)
    for column in _promising(rows, values, classes=classes):
        left[column] = _alone(rows[:, column], values, classes=classes)
    best = int(left.argmin())
    if left[best] > 1 - TELLING:
        return
    # Copies of a telling column must not count among the others.
    telling = left <= EXACT
    telling[best] = True
    rest = rows[:, ~telling]
    if rest.shape[1] == 0:
        return
    other = _together(rest, values, classes=classes)
    made = _is_made(rows[:, best], rest, values) if classes else False
    copy = _is_copy(rows[:, best], values, classes=classes) and (other > EXACT or made)
    clear = left[best] <= OTHERS * other and other - left[best] > 5 / len(values)
    if not (copy or made or clear):
        return
    far = left[best] <= (EXACT if classes else 0.05) and left[best] <= other / 8 and other < 0.9
    sure = copy or ((far or made) and not _caused(rows[:, best], rest, values, classes=classes))
    where = observed.column(best, rows.shape[1])
    yield Suspicion(
        "a column of the inputs is the target in disguise"
        if sure
        else "one column of the inputs tells nearly all of the target",
        f"it alone leaves {left[best]:.2%} of the target's "
        f"{'error' if classes else 'variance'} unexplained; all {rest.shape[1]} others "
        f"together leave {other:.0%}",
        "Remove the column if it is computed from the target or is known only after it; keep it "
        "if it is known beforehand. If it numbers things, declare it: [contract] ids.",
        f"train, {where}",
        certain=bool(sure),
    )


def _promising(rows: np.ndarray, values: np.ndarray, *, classes: bool) -> np.ndarray:
    """Columns worth a closer look: of very many, those with the largest F-score."""
    import numpy as np

    varied = np.flatnonzero(rows.max(0) > rows.min(0))
    if len(varied) <= COLUMNS:
        return varied
    table = rows[:, varied] - rows[:, varied].mean(0)
    goal = np.eye(int(values.max()) + 1)[values] if classes else values[:, None]
    goal = (goal - goal.mean(0)) / np.maximum(goal.std(0), 1e-12)
    # The largest correlation with a class, or with the number.
    score = np.abs(table.T @ goal).max(1) / np.maximum(table.std(0), 1e-12)
    return np.asarray(varied[np.argsort(-score)[:COLUMNS]])


def _alone(column: np.ndarray, values: np.ndarray, *, classes: bool) -> float:
    """The share of the prior's error, or of the variance, that one column leaves."""
    import numpy as np

    different = np.unique(column)
    if len(different) > BINS:
        edges = np.unique(np.quantile(column, np.linspace(0, 1, BINS + 1)[1:-1]))
        bins = np.searchsorted(edges, column, side="right")
    else:
        bins = np.searchsorted(different, column)
    size, rows = int(bins.max()) + 1, np.arange(len(column))
    if classes:
        table = np.zeros((size, int(values.max()) + 1))
        np.add.at(table, (bins, values), 1)
        counts = table[bins]
        counts[rows, values] -= 1  # each sample is left out of its own bin
        wrong = float((counts.argmax(1) != values).mean())
        if len(different) > BINS:
            wrong = min(wrong, _by_rank(column, values))
        prior = 1 - float(np.bincount(values).max()) / len(values)
        return wrong / max(prior, 1e-12)
    goal = values - values.mean()
    sums, own = np.bincount(bins, goal, size), np.maximum(np.bincount(bins)[bins] - 1, 1)
    binned = float(((goal - (sums[bins] - goal) / own) ** 2).mean())
    correlation = float(np.corrcoef(column, values)[0, 1])
    return min(binned / max(float(goal.var()), 1e-12), 1 - correlation**2)


def _by_rank(column: np.ndarray, values: np.ndarray, reach: int = 3) -> float:
    """The error of the most frequent class among the next ranks on both sides.

    Equal ones are ranked at random: rows that lie sorted by class would lend their order to any
    column of few values.
    """
    import numpy as np

    mixed = np.random.RandomState(0).permutation(len(column))
    goal = values[mixed][np.argsort(column[mixed], kind="stable")]
    table = np.eye(int(values.max()) + 1)[goal]
    counts = np.zeros_like(table)
    for step in range(1, reach + 1):
        counts[step:] += table[:-step]
        counts[:-step] += table[step:]
    return float((counts.argmax(1) != goal).mean())


def _is_made(column: np.ndarray, rest: np.ndarray, values: np.ndarray) -> bool:
    """Whether a column sits on its classes as no other does: the label with little noise."""
    varied = rest[:, rest.max(0) > rest.min(0)]
    own = _within(column, values)
    return own < WITHIN and all(_within(other, values) > 4 * own for other in varied.T)


def _within(column: np.ndarray, values: np.ndarray) -> float:
    """The share of a column's variance that lies within classes."""
    import numpy as np

    counts = np.maximum(np.bincount(values), 1)
    left = column - (np.bincount(values, column) / counts)[values]
    return float(left.var() / max(column.var(), 1e-12))


def _together(rest: np.ndarray, values: np.ndarray, *, classes: bool) -> float:
    """What the other columns leave, by the better of two cheap models and a forest."""
    import numpy as np
    from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

    from art.registry.probes._cheap import smoothers
    from art.registry.probes._features import features

    table = features([rest])[0]
    size = int(values.max()) + 1 if classes else 0
    goal = np.eye(size)[values] if classes else values[:, None]
    mean = goal.mean(0)
    guesses = [model.among @ (goal - mean) + mean for model in smoothers(table, {})[:2]]
    forest = (ExtraTreesClassifier if classes else ExtraTreesRegressor)(
        60, bootstrap=True, oob_score=True, random_state=0
    )
    forest.fit(table, values)
    if classes:
        found = np.zeros_like(goal)
        found[:, forest.classes_] = np.nan_to_num(forest.oob_decision_function_)
        guesses.append(found)
        prior = 1 - float(mean.max())
        return min(float((g.argmax(1) != values).mean()) for g in guesses) / max(prior, 1e-12)
    guesses.append(np.asarray(forest.oob_prediction_)[:, None])
    return min(1.0, *(float(((g - goal) ** 2).mean() / goal.var()) for g in guesses))


def _is_copy(column: np.ndarray, values: np.ndarray, *, classes: bool) -> bool:
    """The target itself, recoded or rescaled."""
    import numpy as np

    if not classes:
        return bool(1 - float(np.corrcoef(column, values)[0, 1]) ** 2 < 1e-6)
    pairs = np.unique(np.stack([column, values.astype(np.float64)]), axis=1).shape[1]
    different = len(np.unique(values))
    return pairs == different == len(np.unique(column))


def _caused(column: np.ndarray, rest: np.ndarray, values: np.ndarray, *, classes: bool) -> bool:
    """Whether the other columns tell of this one what the target does not.

    A column made from the target knows of the others through the target alone; one that causes
    the target together with others goes with them at equal targets (Pearl's collider).
    """
    import numpy as np

    from art.registry.probes._cheap import signal, smoothers
    from art.registry.probes._features import features

    if classes:
        means = np.bincount(values, column) / np.maximum(np.bincount(values), 1)
        left = column - means[values]
    else:
        left = column - np.polyval(np.polyfit(values, column, 1), values)
    if left.std() <= 1e-6 * column.std():
        return False
    table = features([rest])[0]
    left = ((left - left.mean()) / left.std())[:, None]
    return max(signal(model, left) for model in smoothers(table, {})[:2]) > 4
