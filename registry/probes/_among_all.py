"""Samples of one data module found again in another, which may scale them otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from art.core.probe import Suspicion
from art.registry.probes.split_leak import copies
from art.training.data_modules.batch_reading import read
from art.training.probing.observing import Observed, Split

SUMS, DIGITS = 8, 3
"""Sums of a sample's values that tell it from others, and decimals that rounding leaves alike."""


def split_of(loader: Any, name: str) -> Split | None:
    """What a loader gives in one pass; None where there is none or it gives no tensors."""
    first = None if loader is None else read(loader)
    return None if first is None else Split(name, first, loader=loader)


def known_samples(one: Observed, two: Observed, name: str) -> Iterator[Suspicion]:
    """Samples of a split here that stand in train there: as they are, or, since each training split
    may have scaled them by its own statistics, as they are among all samples."""
    for before, now in ((one, two), (_among_all(one), _among_all(two))):
        train, split = before.splits.get("train"), now.splits.get(name)
        if train is None or split is None:
            continue
        if train.first.inputs.shape[1:] == split.first.inputs.shape[1:]:
            found = [*copies(Observed({"train": train, name: split}), split)]
            if found:
                yield from found
                return


def _among_all(observed: Observed) -> Observed:
    """The samples as a few sums of their values, each counted in deviations over all splits: what
    is scaled by other means and deviations comes to the same numbers."""
    rows = {name: split.first.inputs for name, split in observed.splits.items()}
    flat = {name: one.reshape(len(one), -1).astype(np.float64) for name, one in rows.items()}
    if len({one.shape[1] for one in flat.values()}) != 1:
        return Observed()
    every = np.concatenate(list(flat.values()))
    spread = every.std(0)
    drawn = np.random.default_rng(0).standard_normal((every.shape[1], SUMS))
    weights = drawn / np.where(spread > 0, spread, 1.0)[:, None] / every.shape[1] ** 0.5
    splits = {}
    for name, split in observed.splits.items():
        sums = ((flat[name] - every.mean(0)) @ weights).round(DIGITS)
        first = replace(split.first, inputs=sums + 0.0)  # no -0.0
        splits[name] = replace(split, first=first, second=None, stored=None)
    return Observed(splits)
