"""Targets of a held-out split against those of train."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from art.core.data_info import class_words
from art.core.probe import Suspicion
from art.registry.probes._rolled import is_mixed

if TYPE_CHECKING:
    import numpy as np

    from art.core.contract import Contract
    from art.training.probing.observing import Observed, Split

FAR = 0.25
UNLIKELY = 1e-6
LEAST = 50
RATIO = 5.0
SHIFT = 3.0


def priors(
    observed: Observed, split: Split, contract: Contract, names: Sequence[str], *, timed: bool
) -> Iterator[Suspicion]:
    """Shares of classes, or scale of numbers, that no random split would give.

    Args:
        observed: the data.
        split: the one that is held against train.
        contract: what the user declares.
        names: of the classes.
        timed: whether the split is by time: then shares may drift.
    """
    from art.registry.probes._rows import CLASSES, labels_of

    train = observed.splits["train"]
    one, two = labels_of(observed, train.rows), labels_of(observed, split.first)
    if one is None or two is None or one.kind != two.kind:
        return
    if one.kind == CLASSES:
        yield from _classes(one.values, two.values, split.name, names, timed=timed)
    elif one.values.shape[1:] == two.values.shape[1:]:
        stationary = contract.stationary
        yield from _numbers(
            observed, (one.values, two.values), split.name, timed=timed, stationary=stationary
        )


def _classes(
    known: np.ndarray, held: np.ndarray, name: str, names: Sequence[str], *, timed: bool
) -> Iterator[Suspicion]:
    import numpy as np
    from scipy.stats import chi2_contingency

    if min(len(known), len(held)) < LEAST:
        return
    size = int(max(known.max(), held.max())) + 1
    if min(known.min(), held.min()) < 0:
        return
    table = np.stack([np.bincount(v, minlength=size) for v in (known, held)])
    table = table[:, table.sum(0) > 0]
    shares = table / table.sum(1, keepdims=True)
    apart = float(np.abs(shares[0] - shares[1]).sum() / 2)
    if table.shape[1] < 2:
        return
    chance = float(chi2_contingency(table)[1])
    seen = np.flatnonzero(np.bincount(np.r_[known, held], minlength=size))
    place = int(np.abs(shares[0] - shares[1]).argmax())
    most = class_words(int(seen[place]), names)
    # In train 99:1 and 60:40 in val: the totals move by little where one class was made rare.
    odds = _odds(table)
    if chance < UNLIKELY and (apart > FAR or odds > RATIO):
        lost = bool((table == 0).any())
        yield Suspicion(
            f"the class shares of {name} and train differ"
            + (": a class is dropped from one of them" if lost else ": one of them is resampled"),
            f"{most} is {shares[0, place]:.1%} of train and "
            f"{shares[1, place]:.1%} of {name} (chance: {chance:.0e})",
            "Split with stratification (stratify=y), and look for a filter or a resampling that "
            "one split alone goes through. Resample by a sampler of the loader instead. Where "
            "shares wander with time, declare it: [contract] stationary = false.",
            f"{name}, {most}",
            certain=not timed,
        )


def _odds(table: np.ndarray) -> float:
    """How many times more often a class stands in one split than in the other, at least."""
    import numpy as np

    total = table.sum(1)
    worst = 1.0
    for one, two in table.T:
        if one + two < 20:
            continue
        shares = np.array([(one + 2) / (total[0] + 4), (two + 2) / (total[1] + 4)])
        worst = max(worst, float(shares.max() / shares.min()))
    return worst


def _numbers(
    observed: Observed,
    values: tuple[np.ndarray, np.ndarray],
    name: str,
    *,
    timed: bool,
    stationary: bool,
) -> Iterator[Suspicion]:
    import numpy as np

    known, held = values

    if min(len(known), len(held)) < 20:
        return
    low, high = np.nanpercentile(known, (1, 99), axis=0)
    std = np.nanstd(np.clip(known, low, high), 0)
    low, high = np.nanpercentile(held, (1, 99), axis=0)
    other = np.nanstd(np.clip(held, low, high), 0)
    good = (std > 1e-12) & (other > 1e-12)
    if not good.any():
        return
    ratio = (other / np.where(good, std, 1))[good]
    shift = (np.abs(np.nanmedian(held, 0) - np.nanmedian(known, 0)) / np.where(good, std, 1))[good]
    worst = float(np.exp(np.abs(np.log(ratio)).max()))
    if worst > RATIO or float(shift.max()) > SHIFT:
        yield Suspicion(
            f"the {name} targets are scaled differently from the training targets",
            f"mean {np.nanmean(held):.3g} and deviation {np.nanstd(held):.3g}, in train "
            f"{np.nanmean(known):.3g} and {np.nanstd(known):.3g}",
            "Scale the targets of every split by the mean and deviation of train. Where they "
            "wander with time, declare it: [contract] stationary = false.",
            name,
            certain=(worst > RATIO**2 and stationary) or (not timed and is_mixed(observed)),
        )
