"""Rows that a split should not lack, should not have twice, or should not have in this order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.faults.faults import CLASSIFIERS, DIGITS, EVERY, fault
from benchmarks.faults.faults.data._change import Rows, generator, splitting
from benchmarks.faults.program import Host, Program

CLASS = ("class", "split", "resampl", "balance")
TWICE = ("duplicat", "repeat", "cop", "twice")


Change = Callable[[np.ndarray, np.ndarray], np.ndarray]


def train_rows(host: Host, change: Change, **more: Any) -> Program:
    """The host with other training rows; `change` sees the rows and their targets."""

    def every(rows: Rows, targets: np.ndarray) -> Rows:
        rows["train"] = change(rows["train"], targets[rows["train"]])
        return rows

    return splitting(host, every, **more)


@fault("class_dropped", family="data", hosts=DIGITS, cause=CLASS)
def class_dropped(host: Host) -> Program:
    """A filter left a class out of the training split."""
    return train_rows(host, lambda rows, y: rows[y != 3])


@fault("class_thinned", family="data", dose="subtle", hosts=DIGITS, cause=CLASS)
def class_thinned(host: Host) -> Program:
    """Nine of ten samples of three classes are missing from the training split."""

    def change(rows: np.ndarray, y: np.ndarray) -> np.ndarray:
        return rows[(y > 2) | (generator().random(len(y)) < 0.1)]

    return train_rows(host, change)


def _rare(share: float) -> Change:
    def change(rows: np.ndarray, y: np.ndarray) -> np.ndarray:
        half = (int(y.max()) + 1) // 2
        common, rare = rows[y >= half], rows[y < half]
        classes = [rare[y[y < half] == k] for k in range(half)]
        count = max(1, int(share / (1 - share) * len(common) / half))
        return np.concatenate([common, *(found[:count] for found in classes)])

    return change


@fault("imbalance_99_1", family="data", hosts=CLASSIFIERS, cause=CLASS)
def imbalance_99_1(host: Host) -> Program:
    """In the training split half of the classes were thinned to a hundredth of all samples."""
    return train_rows(host, _rare(0.01))


@fault("imbalance_95_5", family="data", dose="subtle", hosts=CLASSIFIERS, cause=CLASS)
def imbalance_95_5(host: Host) -> Program:
    """In the training split half of the classes were thinned to a twentieth of all samples."""
    return train_rows(host, _rare(0.05))


def _repeated(share: float) -> Change:
    def change(rows: np.ndarray, y: np.ndarray) -> np.ndarray:
        kept = generator(2).permutation(rows)[: int(share * len(rows))]
        return np.resize(kept, len(rows))

    return change


@fault("duplicated_rows", family="data", hosts=EVERY, cause=TWICE)
def duplicated_rows(host: Host) -> Program:
    """A join repeated a twentieth of the training rows twenty times and lost the others."""
    return train_rows(host, _repeated(0.05))


@fault("duplicated_rows_some", family="data", dose="subtle", hosts=EVERY, cause=TWICE)
def duplicated_rows_some(host: Host) -> Program:
    """Each training row stands there five times, in place of four others."""
    return train_rows(host, _repeated(0.2))


@fault("sorted_unshuffled", family="data", hosts=EVERY, cause=("sort", "shuffl", "order"))
def sorted_unshuffled(host: Host) -> Program:
    """Sorted by target, and never shuffled."""
    return train_rows(host, lambda rows, y: rows[np.argsort(y, kind="stable")], shuffle=False)


@fault(
    "sorted_in_two_files",
    family="data",
    dose="subtle",
    hosts=EVERY,
    cause=("sort", "shuffl", "order"),
)
def sorted_in_two_files(host: Host) -> Program:
    """Two files, each sorted by target, read one after the other and never shuffled."""

    def change(rows: np.ndarray, y: np.ndarray) -> np.ndarray:
        half = len(rows) // 2
        halves = (slice(0, half), slice(half, None))
        return np.concatenate([rows[h][np.argsort(y[h], kind="stable")] for h in halves])

    return train_rows(host, change, shuffle=False)
