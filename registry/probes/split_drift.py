"""Are the splits alike?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes
from art.registry.probes._classes import of_other_classes
from art.registry.probes._grounds import are_ids
from art.registry.probes._rolled import is_mixed
from art.registry.probes._series import is_series

if TYPE_CHECKING:
    import numpy as np

    from art.core.contract import Contract
    from art.training.probing.observing import Observed, Split

EXACT = 1e-4
RATIO = 5.0
PRIOR = 0.25
LEAST = 50


@probes("art.SplitDrift.v1")
class SplitDrift(Probe):
    """Train, val and test are prepared alike, and scaled by what train alone tells.

    A scaler that was fitted on all data leaves a trace: all splits together have mean 0 and
    deviation 1 to the last digit, train alone has not. Inputs or targets on another scale than
    train's were normalised otherwise; a prior that differs tells of a split that was resampled or
    filtered. Milder drift is tested by permutation (Rabanser et al. 2019) and only warned of.
    """

    cost: ClassVar[str] = "the data, read"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Compare each split with train."""
        from art.registry.probes._priors import priors
        from art.training.probing.observing import observe

        observed = context.once(observe)
        if "train" not in observed.splits:
            return []
        contract, names = context.contract, context.data_info.class_names
        found = [*_fitted_on_all(observed)]
        for split in observed.held_out:
            # Other classes have other values.
            apart = of_other_classes(observed, split, contract)
            timed = contract.drifts or is_series(observed) or apart
            scale = [*_scale(observed, split, contract, timed=timed)]
            found += scale
            prior = [] if apart else [*priors(observed, split, contract, names, timed=timed)]
            found += prior
            if not (scale or prior or timed or are_ids(split.first.inputs) or contract.ids):
                found += _mild(observed, split, context.seed)
        return sorted(found, key=lambda suspicion: not suspicion.certain)


def _fitted_on_all(observed: Observed) -> Iterator[Suspicion]:
    """Mean 0 and deviation 1, or 0 to 1, of all splits together and not of train."""
    import numpy as np

    from art.registry.probes._rows import fewer_columns, flat

    if any(not split.first.whole for split in observed.splits.values()):
        return
    parts = {name: split.rows.inputs for name, split in observed.splits.items()}
    if len(parts) < 2 or len({part.shape[1:] for part in parts.values()}) > 1:
        return
    if parts["train"].dtype.kind != "f" or observed.splits["train"].drawn:
        return
    parts = dict(zip(parts, fewer_columns(*parts.values()), strict=True))
    train = flat(parts["train"])
    for names in (("train", "val", "test"), ("train", "val"), ("train", "test")):
        if any(name not in parts for name in names):
            continue
        everything = np.concatenate([flat(parts[name]) for name in names])
        varied = (np.nanstd(train, 0) > 1e-6) & (train.max(0) > train.min(0))
        pooled, alone = _standard(everything)[varied], _standard(train)[varied]
        caught, columns = int((pooled & ~alone).sum()), int(varied.sum())
        if caught >= 3 and caught > 0.6 * columns and alone.sum() < 0.1 * columns:
            yield _leaky("mean 0 and deviation 1", caught, columns, names)
            return
        pooled, alone = _ranged(everything, varied), _ranged(train, varied)
        # Bounds of the data itself (pixels, shares) hold in train as well: few columns differ.
        if caught_in(pooled, alone, train, varied):
            yield _leaky("the range 0 to 1", int((pooled & ~alone).sum()), columns, names)
            return


def _leaky(what: str, caught: int, columns: int, names: Sequence[str]) -> Suspicion:
    return Suspicion(
        "the inputs are scaled by statistics of all data, not of train alone",
        f"{caught} of {columns} columns have {what} exactly over {' + '.join(names)}, and not "
        f"over train",
        "Fit the scaler on the training split (scaler.fit(x_train)), and apply it to the others. "
        "Data that comes scaled, as scikit-learn's diabetes does, was scaled over all its rows.",
        "all splits",
        certain=False,  # what it gives away is seldom measurable, and many do it knowingly
    )


def _standard(rows: np.ndarray) -> np.ndarray:
    """Columns with mean 0 and deviation 1, by either count of degrees of freedom."""
    import numpy as np

    count = len(rows)
    mean, std = np.nanmean(rows, 0), np.nanstd(rows, 0)
    exact = np.abs(std - 1) < EXACT
    exact |= np.abs(std * np.sqrt(count / max(count - 1, 1)) - 1) < EXACT
    return np.asarray((np.abs(mean) < EXACT) & exact)


def _ranged(rows: np.ndarray, varied: np.ndarray) -> np.ndarray:
    import numpy as np

    low, high = np.nanmin(rows[:, varied], 0), np.nanmax(rows[:, varied], 0)
    ends = (np.abs(high - 1) < EXACT) & ((np.abs(low) < EXACT) | (np.abs(low + 1) < EXACT))
    return np.asarray(ends)


def caught_in(pooled: np.ndarray, alone: np.ndarray, train: np.ndarray, varied: np.ndarray) -> bool:
    """Whether a scaling to 0 and 1 was fitted on all splits: every column reaches both ends
    exactly over all, several do not in train, and they are columns of many values."""
    import numpy as np

    many = np.array([len(np.unique(column[:300])) > 20 for column in train[:, varied].T])
    if many.sum() < 3 or not pooled[many].all():
        return False
    differ = (pooled & ~alone)[many]
    return bool(differ.sum() >= 3 and differ.mean() > 0.1)


def _scale(
    observed: Observed, split: Split, contract: Contract, *, timed: bool
) -> Iterator[Suspicion]:
    import numpy as np

    from art.registry.probes._rows import fewer_columns, flat, is_tokens

    known, held = observed.splits["train"].first.inputs, split.first.inputs
    if known.shape[1:] != held.shape[1:] or is_tokens(known) or min(len(known), len(held)) < 16:
        return
    if contract.ids is True or are_ids(known):
        return
    train, other = map(flat, fewer_columns(known, held))
    spread = _spread(train)
    varied = spread > 1e-9
    if varied.sum() < 2 and train.shape[1] > 1:
        return
    one, two = train[:, varied], other[:, varied]
    ratio = _spread(two) / spread[varied]
    shift = np.abs(np.nanmedian(two, 0) - np.nanmedian(one, 0)) / spread[varied]
    whole = float(np.nanstd(two) / max(np.nanstd(one), 1e-12))
    other_scale = float(((ratio > RATIO) | (ratio < 1 / RATIO)).mean())
    moved = float((shift > RATIO).mean())
    median = float(np.median(ratio))
    means = float(np.nanmean(one)), float(np.nanmean(two))
    if other_scale > 0.6 and (whole > RATIO or whole < 1 / RATIO or train.shape[1] > 1):
        what, share = f"deviate {median:.3g} times as much as in train", other_scale
    elif moved > 0.6:
        what, share = f"lie {float(np.median(shift)):.3g} deviations away from train's", moved
    else:
        return
    declared = contract.order is not None and contract.stationary
    yield Suspicion(
        f"the {split.name} inputs are normalised differently from the training inputs",
        f"{share:.0%} of {int(varied.sum())} columns {what} (mean {means[1]:.3g}, in train "
        f"{means[0]:.3g})",
        "Apply the same transforms, with the mean and deviation of train, to every split. Where "
        "the split is by time, declare it: [contract] order, or stationary = false for a series "
        "that wanders.",
        split.name,
        # A series may wander off by itself.
        certain=(is_mixed(observed) and (not timed or declared))
        or (not timed and max(median, 1 / max(median, 1e-9)) > 4 * RATIO),
    )


def _spread(rows: np.ndarray) -> np.ndarray:
    """Deviations of columns, that a few outliers do not make: values beyond the 1st and 99th
    percentile count as those."""
    import numpy as np

    low, high = np.nanpercentile(rows, (1, 99), axis=0)
    return np.asarray(np.nanstd(np.clip(rows, low, high), axis=0))


LARGE = 1.0


def _mild(observed: Observed, split: Split, seed: int) -> Iterator[Suspicion]:
    """Means along a few directions, compared with those of random splits of the same rows."""
    import numpy as np

    from art.registry.probes._rows import fewer_columns, flat

    train = observed.splits["train"]
    known, held = train.first.inputs, split.first.inputs
    if known.shape[1:] != held.shape[1:] or train.drawn or min(len(known), len(held)) < LEAST:
        return
    draws = np.random.RandomState(seed % 2**32)
    few = fewer_columns(known[:3000], held[:2000])
    rows = np.nan_to_num(np.concatenate([flat(part) for part in few]))
    rows = np.clip((rows - rows.mean(0)) / np.maximum(rows.std(0), 1e-9), -5, 5)
    rows = rows[:, draws.permutation(rows.shape[1])[:200]]
    count = min(len(known), 3000)
    weights = np.zeros((500, len(rows)))
    for index in range(500):
        chosen = np.arange(count) if not index else draws.permutation(len(rows))[:count]
        weights[index] = -1 / (len(rows) - count)
        weights[index, chosen] = 1 / count
    gaps = weights @ rows
    moved = (gaps**2).sum(1)
    scaled = float(np.sqrt(moved[0] / rows.shape[1]))
    beyond = float((moved[0] - moved[1:].mean()) / max(moved[1:].std(), 1e-12))
    if moved[0] > moved[1:].max() and beyond > 8 and scaled > 0.15:
        column = int(np.abs(gaps[0]).argmax())
        yield Suspicion(
            f"the {split.name} inputs are distributed differently from the training inputs",
            f"column means differ by {scaled:.2f} deviations on average (the most: "
            f"{abs(gaps[0, column]):.2f}), more than in 499 random splits",
            "Shuffle before splitting. Where the split is by time or by group, that is to be "
            "expected: declare it in [contract] order, groups or stationary = false.",
            split.name,
            certain=scaled > LARGE and _stands_still(train.rows.inputs, scaled),
        )


def _stands_still(inputs: np.ndarray, gap: float) -> bool:
    """Whether train itself does not wander: a series whose halves differ may go on to."""
    import numpy as np

    from art.registry.probes._rows import fewer_columns, flat

    rows = np.nan_to_num(flat(fewer_columns(inputs[:3000])[0]))
    rows = (rows - rows.mean(0)) / np.maximum(rows.std(0), 1e-9)
    half = len(rows) // 2
    moved = float(np.sqrt(((rows[:half].mean(0) - rows[half:].mean(0)) ** 2).mean()))
    return moved < gap / 4
