"""Labels that belong to a neighbouring row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from art.core.probe import Suspicion

if TYPE_CHECKING:
    import numpy as np

    from art.training.data_modules.batch_reading import Pass
    from art.training.probing.observing import Observed

ROWS = 1500
MOVES = (-3, -2, -1, 1, 2, 3)
RESTORED = 8.0


def rolled(observed: Observed, context: Any) -> Iterator[Suspicion]:
    """Whether labels moved by some rows can be learnt where the labels as they are cannot.

    Rows are looked at in the order of the data set, below any `Subset`. Where neighbouring rows
    are alike, as in time, a moved label may well be learnt: nothing is said then.
    """
    import numpy as np

    from art.registry.probes._cheap import Learned, signal, smoothers
    from art.registry.probes._features import features
    from art.registry.probes._rows import labels_of

    for where, read in _orders(observed):
        labels = labels_of(observed, read)
        if labels is None or len(labels.values) < 60 or not np.isfinite(labels.values).all():
            continue
        values, inputs = labels.values[:ROWS], read.inputs[:ROWS]
        if len(np.unique(values)) < 2 or (labels.kind == "classes" and values.min() < 0):
            continue
        rows = features([inputs], read.several)[0]
        if not _mixed(rows):
            continue
        everything = np.arange(len(values))
        coded = Learned(labels.kind, everything, rows, values, {}, {}, labels.plain).coded
        found = []
        for model in smoothers(rows, {}):
            here = signal(model, coded)
            moved = [(signal(model, np.roll(coded, move, axis=0)), move) for move in MOVES]
            found.append((*max(moved), here))
        strength, move, here = max(found)
        agreeing = sum(one[1] == move and one[0] > RESTORED / 2 for one in found)
        if strength > RESTORED and agreeing >= 2 and max(one[2] for one in found) < RESTORED / 2:
            count = "one row" if abs(move) == 1 else f"{abs(move)} rows"
            yield Suspicion(
                f"labels are shifted by {count} against their inputs",
                f"labels as they are: {here:.1f} deviations above permuted ones; moved "
                f"{'down' if move > 0 else 'up'} by {count}: {strength:.1f}",
                "Look for a header line that one of two files has, for a dropped first row, and "
                "for a window that is cut one step off.",
                where,
            )
            return


def _orders(observed: Observed) -> Iterator[tuple[str, Pass]]:
    from art.training.probing.observing import dataset_of, indices_of, read_items

    train = observed.splits["train"]
    yield "train", train.rows
    dataset = dataset_of(train.loader)
    if indices_of(train.loader) is not None and hasattr(dataset, "__len__"):
        collate = getattr(train.loader, "collate_fn", None)
        read = read_items(dataset, collate, range(min(len(dataset), ROWS)))
        if read is not None:
            yield "data set", read


def is_mixed(observed: Observed) -> bool:
    """Whether train's neighbouring rows are no more alike than any two: no time, no sorting."""
    import numpy as np

    from art.registry.probes._features import features
    from art.registry.probes._rows import labels_of

    train = observed.splits["train"].rows
    rows, labels = features([train.inputs[:ROWS]])[0], labels_of(observed, train)
    if labels is not None and labels.kind == "classes":
        # Data that is stored class by class is no series: look within one class.
        values = labels.values[:ROWS]
        found, counts = np.unique(values, return_counts=True)
        if len(found) > 1 and (values[1:] != values[:-1]).sum() < 2 * len(found):
            rows = rows[values == found[counts.argmax()]]
    return len(rows) > 2 and _mixed(rows)


def _mixed(rows: np.ndarray) -> bool:
    import numpy as np

    draws = np.random.RandomState(0)
    steps = ((rows[1:] - rows[:-1]) ** 2).sum(1).mean()
    chance = []
    for _ in range(40):
        order = draws.permutation(len(rows))
        chance.append(((rows[order[1:]] - rows[order[:-1]]) ** 2).sum(1).mean())
    return bool(steps > np.mean(chance) - 4 * np.std(chance))
