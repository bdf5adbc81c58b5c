"""Are the validation and test samples new to a model that was trained on train?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes
from art.registry.probes import _near
from art.registry.probes._shared import DECLARE

if TYPE_CHECKING:
    import numpy as np

    from art.training.probing.observing import Observed, Split

COPIES, LEAST = 0.01, 3
MANY, RARELY = 0.05, 1e-3
"""Copies that are certain by their number, and fewer that train's own twins do not explain."""
BEYOND, UNLIKELY = 0.3, 1e-6
WINDOWS = 0.2
MOST_KNOWN, MOST_HELD = 8000, 1000
"""Samples that are compared, moved by each of the shifts along each dimension."""
SHIFTS = (1, 2, 3, 4, 5, 8, 10, 16)


@probes("art.SplitLeak.v1")
class SplitLeak(Probe):
    """No validation or test sample may be known from training.

    Exact copies are found by comparing rows; near copies by how much nearer the nearest training
    row is than the next ones, whose ratio has a known distribution for samples drawn apart (Facco
    et al. 2017); overlapping windows by comparing the end of one with the beginning of another.
    What `[contract] groups` and `order` declare is held to exactly.
    """

    cost: ClassVar[str] = "the data, read"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Compare val and test with train."""
        from art.registry.probes._declared import declared
        from art.registry.probes._shared import shared_as_declared
        from art.training.probing.observing import observe

        observed = context.once(observe)
        if "train" not in observed.splits:
            return []
        found: list[Suspicion] = list(declared(observed, context.contract))
        for split in observed.held_out:
            if split.name in context.contract.shared_samples:
                found += shared_as_declared(observed, split)
            else:
                found += _held_out(observed, split)
        return sorted(found, key=lambda suspicion: not suspicion.certain)


def _held_out(observed: Observed, split: Split) -> Iterator[Suspicion]:
    """The first of these that is found explains the others."""
    from art.registry.probes._shared import as_cut_inside, cut_inside

    train = observed.splits["train"]
    if train.rows.inputs.shape[1:] != split.first.inputs.shape[1:]:
        return
    found = [*_same_rows(train, split)] or [*copies(observed, split)]
    if found and cut_inside(observed, split):
        yield from map(as_cut_inside, found)
        return
    if any(one.certain for one in found):
        yield from found
        return
    found += _windows(observed, split)
    if not any(one.certain for one in found):
        found += _near.near_copies(observed, split)
    yield from found


def _same_rows(train: Split, split: Split) -> Iterator[Suspicion]:
    """Both are cut from one data set, and share indices."""
    import numpy as np

    from art.training.probing.observing import dataset_of, indices_of

    one, two = indices_of(train.loader), indices_of(split.loader)
    if dataset_of(train.loader) is not dataset_of(split.loader) or one is None or two is None:
        return
    shared = len(np.intersect1d(one, two))
    if not shared:
        return
    share = shared / max(len(np.unique(two)), 1)
    whole = share > 0.95
    yield Suspicion(
        "the model is validated on its training data" if whole else _known(split.name),
        f"{shared} of {len(np.unique(two))} {split.name} samples are indices of train too",
        "Give each index to one split: look at how the indices are cut. "
        + DECLARE.format(name=split.name),
        split.name,
        certain=share >= COPIES or shared >= LEAST,
    )


def copies(observed: Observed, split: Split) -> Iterator[Suspicion]:
    """Held-out samples that stand in train as well, to the bit."""
    from art.registry.probes._rows import digests, is_coarse

    known = observed.splits["train"].rows
    held = split.first
    table = {row: index for index, row in enumerate(digests(known.inputs))}
    rows = digests(held.inputs)
    pairs = [(index, table[row]) for index, row in enumerate(rows) if row in table]
    if not pairs:
        return
    share = len(pairs) / len(rows)
    within = 1 - len(table) / len(known.inputs)
    coarse = is_coarse(known.inputs) or known.inputs[0].size < 3
    # Copies within train say how often rows repeat by themselves; oversampling of train, too,
    # puts copies there, but none of them into val.
    own = 1 - len(set(rows)) / len(rows)
    beyond = _beyond_chance(known.inputs, len(pairs), len(rows))
    if share > 0.95 and (beyond or not coarse) and len(rows) >= 10:
        yield Suspicion(
            "the model is validated on its training data"
            if split.name == "val"
            else "the model is tested on its training data",
            f"{share:.0%} of {len(rows)} {split.name} samples are also in train",
            f"Give {split.name}_dataloader its own samples, split off before anything else. "
            + DECLARE.format(name=split.name),
            split.name,
        )
        return
    first = pairs[0]
    yield Suspicion(
        _known(split.name),
        f"{len(pairs)} of {len(rows)} {split.name} samples ({share:.1%}) are exact copies of train "
        f"samples (the first: {split.name} row {first[0]}, train row {first[1]})"
        f"{_other_labels(observed, split, pairs)}",
        "Remove duplicates before splitting, and split before any oversampling or augmentation. "
        + DECLARE.format(name=split.name),
        split.name,
        certain=beyond
        or (
            not coarse
            and share >= COPIES
            and len(pairs) >= LEAST
            and share > 3 * min(within, own)
            and (share >= MANY or _more_than_in_train(known.inputs, len(pairs), len(rows)))
        ),
    )


def _beyond_chance(known: np.ndarray, copies: int, total: int) -> bool:
    """Whether held-out rows have a twin in train far more often than train's own rows have."""
    from scipy.stats import binom

    chance = _twins(known)
    if copies / total < chance + BEYOND:
        return False
    return float(binom.sf(copies - 1, total, chance)) < UNLIKELY


def _more_than_in_train(known: np.ndarray, copies: int, total: int) -> bool:
    """Whether a few copies are more than those that short texts and round numbers have anyway."""
    from scipy.stats import binom

    return float(binom.sf(copies - 1, total, _twins(known))) < RARELY


def _twins(known: np.ndarray) -> float:
    """How often a row of train has a twin there."""
    from art.registry.probes._rows import digests

    counts = Counter(digests(known))
    return (sum(count for count in counts.values() if count > 1) + 1) / (len(known) + 1)


def _known(name: str) -> str:
    said = {"val": "validation", "test": "test"}[name]
    return f"{said} samples are also in the training split"


def _other_labels(observed: Observed, split: Split, pairs: Sequence[tuple[int, int]]) -> str:
    from art.registry.probes._rows import labels_of

    held = labels_of(observed, split.first)
    known = labels_of(observed, observed.splits["train"].rows)
    if held is None or known is None or held.values.shape[1:] != known.values.shape[1:]:
        return ""
    differ = sum(bool((held.values[one] != known.values[two]).any()) for one, two in pairs)
    return f"; {differ} of them carry another label there" if differ else ""


def _windows(observed: Observed, split: Split) -> Iterator[Suspicion]:
    """Sequences and pictures of which one begins where another is under way, along any axis.

    Windows that are cut by time reach back into train with their beginnings alone, which are what
    is known when a forecast is made. Where train knows their ends as well, they lie within it.
    """
    import numpy as np

    from art.registry.probes._rows import cropped, is_coarse
    from art.registry.probes._series import shared

    known = cropped(observed.splits["train"].rows.inputs[:MOST_KNOWN])
    held = cropped(split.first.inputs[:MOST_HELD])
    if known.dtype.kind != "f":
        return
    best, at, along, within = 0.0, 0, 1, 0.0
    for axis in range(1, known.ndim):
        length = known.shape[axis]
        if length < 6 or is_coarse(np.take(known, range(6), axis)):
            continue
        for shift in (each for each in SHIFTS if each <= length // 2):
            later, earlier = range(shift, length), range(length - shift)
            back = shared(np.take(known, later, axis), np.take(held, earlier, axis))
            ahead = shared(np.take(known, earlier, axis), np.take(held, later, axis))
            best, at, along = max((best, at, along), (max(back, ahead), shift, axis))
            within = max(within, ahead)
    if best > WINDOWS:
        yield Suspicion(
            f"windows of {split.name} overlap windows of train",
            f"{best:.0%} of {len(held)} {split.name} samples are a train sample moved by {at} "
            f"along dimension {along}",
            "Cut into splits first and into windows after that: a series with a gap of one "
            "window's length between the splits, pictures by what they were cut from. Where only "
            "what is known beforehand overlaps, as in forecasting, nothing is wrong.",
            split.name,
            certain=within > WINDOWS / 4,
        )
