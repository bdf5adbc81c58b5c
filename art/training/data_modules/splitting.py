"""Cuts a data set into train, val and test."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from art.core.data_info import class_words
from art.errors import DataError


def split_indices(
    targets: np.ndarray,
    fractions: dict[str, float],
    seed: int,
    *,
    stratify: bool,
    names: Sequence[str] = (),
) -> dict[str, np.ndarray]:
    """Which samples each split has: sorted indices by split; `train` has what the others leave.

    The same seed gives the same splits on every machine and with every version of numpy.

    Args:
        targets: `(N,)` classes where `stratify`, else only their number counts.
        fractions: share of the whole of each split but train; a split of 0 is left out.
        seed: the splits are a function of it, and of nothing else that training draws from.
        names: of the classes, for messages.
        stratify: keep the shares of the classes, with at least one sample of each in every split.

    Raises:
        DataError: the fractions leave nothing to train on, or the data is too small for them.
    """
    held_out = {name: share for name, share in fractions.items() if share > 0}
    if sum(held_out.values()) >= 1:
        named = " and ".join(f"{name}_fraction {share:g}" for name, share in held_out.items())
        raise DataError(f"{named} leave nothing to train on: their sum must be below 1.")
    groups = np.unique(targets, return_inverse=True)[1] if stratify else np.zeros(len(targets), int)
    if stratify:
        _check_classes(targets, len(held_out) + 1, names)
    if len(targets) <= len(held_out):
        raise DataError(
            f"{len(targets)} samples cannot fill {len(held_out) + 1} splits. Get more data, or set "
            f"{' and '.join(f'{name}_fraction' for name in held_out)} to 0."
        )
    for name, share in held_out.items():
        _check_size(name, round(share * len(targets)), len(targets), int(groups.max()) + 1)
    # RandomState's stream is frozen for good; that of numpy's newer generators may change.
    shuffled = np.random.RandomState(seed).permutation(len(targets))
    queues = [shuffled[groups[shuffled] == group] for group in range(int(groups.max()) + 1)]
    splits: dict[str, np.ndarray] = {}
    for later, (name, share) in zip(range(len(held_out), 0, -1), held_out.items(), strict=True):
        # One of each class stays back for train and for each split that is yet to be filled.
        spare = np.array([len(queue) for queue in queues]) - later
        counts = np.minimum(_allocate(np.bincount(groups), share), spare)
        taken = [queue[:count] for queue, count in zip(queues, counts, strict=True)]
        queues = [queue[count:] for queue, count in zip(queues, counts, strict=True)]
        splits[name] = np.sort(np.concatenate(taken))
    return {"train": np.sort(np.concatenate(queues)), **splits}


def _allocate(sizes: np.ndarray, share: float) -> np.ndarray:
    """How many of each class a split gets: its share, by largest remainders, but one at least."""
    ideal = sizes * share
    counts = np.maximum(np.floor(ideal).astype(int), 1)
    missing = max(round(share * int(sizes.sum())) - int(counts.sum()), 0)
    for group in np.argsort(counts - ideal, kind="stable")[:missing]:
        counts[group] += 1
    return counts


def _check_classes(targets: np.ndarray, splits: int, names: Sequence[str]) -> None:
    values, counts = np.unique(targets, return_counts=True)
    if len(values) < 2:
        raise DataError(
            f"all {len(targets)} samples are of one class, {class_words(int(values[0]), names)}: "
            f"there is nothing to tell apart. Look at the column or file of the targets, and at "
            f"whether the data was cut while sorted."
        )
    if counts.min() < splits:
        raise DataError(
            f"{class_words(int(values[counts.argmin()]), names)} has {counts.min()} of "
            f"{len(targets)} samples, but {splits} splits need at least one each. Leave that class "
            f"out, join it to another, or collect more of it."
        )


def _check_size(name: str, count: int, total: int, least: int) -> None:
    if count < least:
        needed = "one sample" if least == 1 else f"{least}, one of each class"
        raise DataError(
            f"the {name} split would have {count} of {total} samples and needs at least {needed}. "
            f"Raise {name}_fraction, set it to 0 to go without, or get more data."
        )
