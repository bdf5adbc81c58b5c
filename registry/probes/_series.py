"""Windows of a series: samples that go on where others are under way."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from art.training.probing.observing import Observed

SHIFTS = (1, 2, 3, 4, 5, 8, 10, 12, 16, 24)
SHARE = 0.2
ROWS = 8000
LEAST = 6


def is_series(observed: Observed) -> bool:
    """Whether training samples are windows of series: many are others moved along time. A series
    may wander, so that another time looks otherwise for good reason."""
    train = observed.splits.get("train")
    if train is None:
        return False
    return overlap(train.rows.inputs[:ROWS], train.rows.inputs[:ROWS]) > SHARE


def overlap(known: np.ndarray, held: np.ndarray) -> float:
    """The share of held rows `(n, steps, ...)` that begin where a known one is under way."""
    from art.registry.probes._rows import is_coarse

    if known.ndim not in (2, 3) or known.dtype.kind != "f" or known.shape[1:] != held.shape[1:]:
        return 0.0
    length = known.shape[1]
    if length < LEAST or is_coarse(known[:, :LEAST]):
        return 0.0
    shifts = [shift for shift in SHIFTS if shift <= length // 2]
    return max((_moved(known, held, shift) for shift in shifts), default=0.0)


def _moved(known: np.ndarray, held: np.ndarray, shift: int) -> float:
    return shared(known[:, shift:], held[:, : held.shape[1] - shift])


def shared(known: np.ndarray, held: np.ndarray) -> float:
    """The share of held rows that are known, of those that are not constant."""
    from art.registry.probes._rows import digests

    varied = (held.reshape(len(held), -1) != held.reshape(len(held), -1)[:, :1]).sum(1) > 2
    if varied.sum() < 5:
        return 0.0
    table = set(digests(known))
    return sum(row in table for row in digests(held[varied])) / len(held)
