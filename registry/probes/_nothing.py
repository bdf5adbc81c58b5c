"""Labels that no cheap model can learn anything of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from art.core.probe import Suspicion

if TYPE_CHECKING:
    import numpy as np

    from art.registry.probes._cheap import Learned

NOTHING = 3.0
ALONE = 6.0
COLUMN, TREES = 0.01, 3.0
DRAWS = 200
LEAST = 400
"""So many samples show a signal that explains 4% of the target; fewer prove nothing."""


def nothing(
    known: Learned, strongest: float, *, timed: bool, doubt: str = ""
) -> Iterator[Suspicion]:
    """Whether no cheap model finds anything in train, or in all splits together.

    Args:
        known: the data and the models.
        strongest: the largest signal in train.
        timed: whether the order is that of time, as declared: what was true may change.
        doubt: why a network may find what these models do not; empty where it hardly can. Equal
            samples with labels that have nothing in common settle the matter all the same.
    """
    for name, values in known.held.items():
        own = _own_signal(known, name)
        if strongest < NOTHING and own > ALONE and len(values) <= len(known.values):
            yield Suspicion(
                "training inputs and labels do not belong together: misjoined, or mostly noise",
                f"no cheap model learns anything from {len(known.values)} training samples "
                f"({strongest:.1f} deviations above permuted labels), but from {len(values)} "
                f"{name} samples it does ({own:.1f})",
                "Look at where inputs and labels are read, sorted, shuffled or filtered apart.",
                "train",
                certain=not timed and not doubt,
            )
            return
    rows, coded = _pooled(known)
    if strongest >= NOTHING or _signal(rows, coded) >= NOTHING:
        return
    if _one_column(rows, coded) or _by_trees(rows, coded):
        return
    again, agreeing = _among_equals(rows, coded)
    if agreeing >= NOTHING:
        return
    settled = again >= LEAST
    but = f"; {doubt}, so that this proves nothing" if doubt and not settled else ""
    equal = f"; {again} samples that occur again agree in their labels by chance" if settled else ""
    yield Suspicion(
        "inputs and labels do not belong together: misjoined, or mostly noise"
        if not but
        else "no cheap model can tell labels from inputs",
        f"a ridge regression, a kernel ridge regression, nearest neighbours and a forest of trees "
        f"find no more in {len(rows)} samples than in permuted labels ({strongest:.1f} deviations "
        f"above them at best){but}{equal}",
        "Look at where inputs and labels are read, sorted, shuffled or filtered apart. If the task "
        "really is that hard, leave the probe out: [stages.explore] probes. If the inputs number "
        "things (users, items, codes), declare it: [contract] ids = true.",
        "all splits",
        certain=len(rows) >= LEAST and not timed and not but,
    )


def _among_equals(rows: np.ndarray, coded: np.ndarray) -> tuple[int, float]:
    """How many samples occur several times, and how far above chance their labels agree."""
    import numpy as np

    _, place, counts = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
    place = place.reshape(-1)
    chosen = counts[place] > 1
    if not chosen.any():
        return 0, 0.0
    values, groups = coded[chosen], np.unique(place[chosen], return_inverse=True)[1]
    draws = np.random.RandomState(4)
    found = _between(values, groups)
    chance = [_between(values[draws.permutation(len(values))], groups) for _ in range(DRAWS)]
    return int(chosen.sum()), float((found - np.mean(chance)) / max(np.std(chance), 1e-12))


def _between(values: np.ndarray, groups: np.ndarray) -> float:
    """What the means of groups explain of the values."""
    import numpy as np

    sums = np.stack([np.bincount(groups, column) for column in values.T], 1)
    return float((sums**2 / np.bincount(groups)[:, None]).sum())


def _pooled(known: Learned) -> tuple[np.ndarray, np.ndarray]:
    """Features and coded labels of all splits: a weak signal shows in many samples only."""
    import numpy as np

    rows = np.concatenate([known.features, *known.held_features.values()])
    coded = np.concatenate([known.coded, *(known.code(v) for v in known.held.values())])
    if len(rows) > 2000:
        chosen = np.random.RandomState(2).permutation(len(rows))[:2000]
        rows, coded = rows[chosen], coded[chosen]
    coded = coded - coded.mean(0)
    return rows, coded[:, coded.std(0) > 0]


def _own_signal(known: Learned, name: str) -> float:
    """What a held-out split tells of its own labels."""
    if len(known.held[name]) < 40:
        return 0.0
    held = known.code(known.held[name])
    return _signal(known.held_features[name], held - held.mean(0))


def _signal(rows: np.ndarray, coded: np.ndarray) -> float:
    from art.registry.probes._cheap import signal, smoothers

    return max(signal(model, coded) for model in smoothers(rows, {}))


def _one_column(rows: np.ndarray, coded: np.ndarray) -> bool:
    """Whether one column alone goes with the labels, beyond what the best of many would."""
    import numpy as np

    labels, tables = _scaled(coded), (_scaled(rows), _scaled(np.abs(rows)))
    found = _strongest(tables, labels)
    draws = np.random.RandomState(3)
    # by permutation, for a column that is nearly always 0 has no normal distribution
    chance = [_strongest(tables, labels[draws.permutation(len(labels))]) for _ in range(DRAWS)]
    return sum(value >= found for value in chance) < COLUMN * DRAWS


def _strongest(tables: tuple[np.ndarray, ...], labels: np.ndarray) -> float:
    import numpy as np

    return max(float(np.abs(table.T @ labels).max()) for table in tables)


def _scaled(rows: np.ndarray) -> np.ndarray:
    import numpy as np

    return np.asarray((rows - rows.mean(0)) / np.maximum(rows.std(0), 1e-12))


def _by_trees(rows: np.ndarray, coded: np.ndarray) -> bool:
    """Whether a forest's out-of-bag predictions go with the labels."""
    import numpy as np
    from sklearn.ensemble import ExtraTreesRegressor

    forest = ExtraTreesRegressor(
        60, min_samples_leaf=3, max_features=0.5, bootstrap=True, oob_score=True, random_state=0
    )
    forest.fit(rows, coded if coded.shape[1] > 1 else coded[:, 0])
    predicted = np.asarray(forest.oob_prediction_).reshape(coded.shape)
    draws = np.random.RandomState(0)
    chance = [(coded[draws.permutation(len(coded))] * predicted).sum() for _ in range(200)]
    return bool((coded * predicted).sum() - np.mean(chance) > TREES * np.std(chance))
