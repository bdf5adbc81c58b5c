"""Cheap models of the data, whose predictions are linear in the labels.

A ridge regression, a kernel ridge regression and nearest neighbours predict each training sample
from the others as `W @ labels`, with a zero diagonal. One matrix so serves the true labels,
permuted ones, and labels moved by some rows, at the price of a product each.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from art.registry.probes._rows import Labels
    from art.training.probing.observing import Observed

MOST, MOST_HELD = 1500, 800
COLUMNS = 300
PERMUTATIONS = 60


@dataclass(frozen=True)
class Smoother:
    """A model as a matrix.

    Attributes:
        name: for people.
        among: `(n, n)`, each training sample from the others.
        across: `(m, n)` by held-out split.
    """

    name: str
    among: np.ndarray
    across: dict[str, np.ndarray]


@dataclass(frozen=True)
class Learned:
    """What cheap models make of the training split.

    Attributes:
        kind: `classes` or `numbers`.
        chosen: `(n,)` the rows of train that were taken.
        features: `(n, d)` standardised.
        values: `(n,)` classes or `(n, k)` numbers, of train.
        held: the labels of the held-out splits, by name, of those rows that were taken.
        plain: whether it is plain what the labels are.
        models: the models.
    """

    kind: str
    chosen: np.ndarray
    features: np.ndarray
    values: np.ndarray
    held: dict[str, np.ndarray]
    held_features: dict[str, np.ndarray]
    plain: bool
    models: tuple[Smoother, ...] = field(default=())

    @property
    def coded(self) -> np.ndarray:
        """`(n, k)` the labels as centred columns: one a class, or numbers in deviations."""
        return self.code(self.values)

    def code(self, values: np.ndarray) -> np.ndarray:
        """Labels of any split, centred and scaled by train."""
        import numpy as np

        if self.kind == "classes":
            size = int(self.values.max()) + 1
            table = np.eye(size + 1)[np.clip(values, 0, size)][:, :size]
            return np.asarray(table - np.eye(size)[self.values].mean(0))
        ranks = np.clip(values, *np.percentile(self.values, (1, 99), axis=0))
        base = np.clip(self.values, *np.percentile(self.values, (1, 99), axis=0))
        return np.asarray((ranks - base.mean(0)) / np.maximum(base.std(0), 1e-12))


def learned(context: Any) -> Learned | None:
    """Fit the cheap models once for all probes; use it as `context.once(learned)`."""
    from art.registry.probes._rows import labels_of
    from art.training.probing.observing import observe

    observed = context.once(observe)
    if "train" not in observed.splits:
        return None
    train = observed.splits["train"].rows
    labels = labels_of(observed, train)
    if labels is None or len(labels.values) < 30 or train.inputs[0].size < 1:
        return None
    return _fitted(observed, labels)


def _fitted(observed: Observed, labels: Labels) -> Learned | None:
    import numpy as np

    from art.registry.probes._features import features
    from art.registry.probes._rows import labels_of

    train = observed.splits["train"].rows
    finite = _usable(labels.values)
    chosen = np.flatnonzero(finite)
    if len(chosen) < 30:
        return None
    if len(chosen) > MOST:
        chosen = np.sort(np.random.RandomState(0).permutation(chosen)[:MOST])
    held: dict[str, np.ndarray] = {}
    inputs = [train.inputs[chosen]]
    for split in observed.held_out:
        other = labels_of(observed, split.first)
        if other is None or other.kind != labels.kind:
            continue
        if split.first.inputs.shape[1:] != train.inputs.shape[1:]:
            continue
        if other.values.shape[1:] != labels.values.shape[1:]:
            continue
        rows = np.flatnonzero(_usable(other.values))
        rows = np.random.RandomState(1).permutation(rows)[:MOST_HELD]
        held[split.name] = other.values[rows]
        inputs.append(split.first.inputs[rows])
    parts = features(inputs, train.several)
    across = dict(zip(held, parts[1:], strict=True))
    values = labels.values[chosen]
    if len(np.unique(values)) < 2 or (labels.kind == "classes" and values.min() < 0):
        return None
    models = smoothers(parts[0], across)
    return Learned(
        labels.kind, chosen, parts[0], values, held, across, labels.plain, models
    )  # fmt: skip


def _usable(values: np.ndarray) -> np.ndarray:
    import numpy as np

    return np.asarray(np.isfinite(values.reshape(len(values), -1).astype(np.float64)).all(1))


def smoothers(rows: np.ndarray, across: dict[str, np.ndarray]) -> tuple[Smoother, ...]:
    """The three models on standardised features."""
    import numpy as np

    count, width = rows.shape
    names = list(across)
    gram = rows.T @ rows + 0.03 * count * np.eye(width)
    solved = np.linalg.solve(gram, rows.T)
    linear = Smoother(
        "a ridge regression", _left_out(rows @ solved), {k: across[k] @ solved for k in names}
    )
    apart = _apart(rows, rows)
    others = {name: _apart(across[name], rows) for name in names}
    width2 = float(np.median(apart[~np.eye(count, dtype=bool)])) or 1.0
    kernel = np.exp(-apart / (0.5 * width2))
    inverse = np.linalg.inv(kernel + 0.1 * np.eye(count))
    curved = Smoother(
        "a kernel ridge regression",
        _left_out(kernel @ inverse),
        {k: np.exp(-others[k] / (0.5 * width2)) @ inverse for k in names},
    )
    np.fill_diagonal(apart, np.inf)
    near = Smoother("nearest neighbours", _near(apart), {k: _near(others[k]) for k in names})
    return linear, curved, near


def signal(model: Smoother, coded: np.ndarray, seed: int = 0) -> float:
    """How many deviations the agreement of labels with left-out predictions is above that of
    permuted labels."""
    import numpy as np

    draws = np.random.RandomState(seed)
    true = float((coded * (model.among @ coded)).sum())
    # Many classes need fewer permutations: each draws as many columns.
    count = int(np.clip(600 / coded.shape[1], 20, PERMUTATIONS))
    orders = [draws.permutation(len(coded)) for _ in range(count)]
    stacked = np.concatenate([coded[order] for order in orders], axis=1)
    chance = (stacked * (model.among @ stacked)).sum(0).reshape(count, -1).sum(1)
    return float((true - chance.mean()) / max(chance.std(), 1e-12))


def signal_across(
    model: Smoother, split: str, coded: np.ndarray, held: np.ndarray, seed: int = 0
) -> float:
    """The same for held-out labels against what train predicts of them."""
    import numpy as np

    draws = np.random.RandomState(seed)
    predicted = model.across[split] @ coded
    true = float((held * predicted).sum())
    chance = np.array(
        [(held[draws.permutation(len(held))] * predicted).sum() for _ in range(4 * PERMUTATIONS)]
    )
    return float((true - chance.mean()) / max(chance.std(), 1e-12))


def _left_out(hat: np.ndarray) -> np.ndarray:
    """Leave-one-out predictions of a linear smoother, exact for ridge regressions."""
    import numpy as np

    own = np.clip(np.diag(hat), None, 1 - 1e-6)
    out = hat / (1 - own)[:, None]
    np.fill_diagonal(out, 0.0)
    return np.asarray(out)


def _apart(one: np.ndarray, two: np.ndarray) -> np.ndarray:
    import numpy as np

    squares = (one**2).sum(1)[:, None] + (two**2).sum(1)[None] - 2 * one @ two.T
    return np.asarray(np.maximum(squares, 0))


def _near(apart: np.ndarray, count: int = 10) -> np.ndarray:
    import numpy as np

    count = min(count, apart.shape[1] - 1)
    nearest = np.argpartition(apart, count, axis=1)[:, :count]
    weights = np.zeros_like(apart)
    np.put_along_axis(weights, nearest, 1 / count, axis=1)
    return np.asarray(weights)
