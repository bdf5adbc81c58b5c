"""Near copies: training rows that are nearer to a held-out one than chance allows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from art.core.probe import Suspicion

if TYPE_CHECKING:
    import numpy as np

    from art.training.probing.observing import Observed, Split

MOST = 4000
NEIGHBOURS = 12
"""The nearest are compared with this one: so many copies of a sample there are hardly."""
INNER, OUTER = 8, 16
"""Neighbours whose distances give the dimension: few copies reach to the first of them."""
CHANCE, BETWEEN = 5e-4, 0.02
"""So near that one pair in two thousand would be by chance; and what lies next to it."""
APART = 3.0
"""How many times more near pairs than pairs between: chance gives 40 times fewer."""
EXCESS = 0.03
OVERWHELMING = 1e-9


def near_copies(observed: Observed, split: Split) -> Iterator[Suspicion]:
    """Held-out rows whose nearest training row is as good as the same.

    Of samples drawn apart in `d` dimensions, the nearest of the k nearest neighbours is nearer
    than `t` times the k-th with probability `1 - (1 - t^d)^(k-1)` (Facco et al. 2017). Copies
    stand out twice: there are far more pairs so near than chance gives, and there are few between
    those and the rest. The dimension is that of the training rows among themselves, from
    neighbours beyond the reach of copies.
    """
    import numpy as np

    from art.registry.probes._rows import is_tokens

    known, held = observed.splits["train"].rows.inputs, split.first.inputs
    if known.dtype.kind not in "f" and (known.dtype != np.uint8 or known.ndim < 3):
        return
    if is_tokens(known) or len(known) < 50 or len(held) < 20:
        return
    # Each column by its own deviation, as tables need, or all by one, as pictures do.
    found = [
        one
        for by_column in (True, False)
        if (one := _excess(known[:MOST], held[:MOST], split.name, by_column=by_column)) is not None
    ]
    yield from sorted(found, key=lambda suspicion: not suspicion.certain)[:1]


def _excess(known: np.ndarray, held: np.ndarray, name: str, *, by_column: bool) -> Suspicion | None:
    from scipy.stats import binom

    one, two, continuous = _standardised(known, held, by_column=by_column)
    if continuous < 3:
        return None
    among = _distances(one, one, OUTER + 1)[:, 1:]
    across = _distances(two, one, NEIGHBOURS)
    dimension = _dimension(among)
    if dimension < 1.5:
        return None
    limit, outer = (_limit(chance, dimension) for chance in (CHANCE, BETWEEN))
    ratios, usual = _ratio(across), float((_ratio(among[:, :NEIGHBOURS]) < limit).mean())
    near = (ratios < limit) & (across[:, 0] > 0)  # exact copies are counted elsewhere
    share, between = float(near.mean()), int(((ratios >= limit) & (ratios < outer)).sum())
    if share < EXCESS or near.sum() < 5:
        return None
    chance = float(binom.sf(near.sum() - 1, len(near), 4 * CHANCE))
    certain = chance < OVERWHELMING and near.sum() > APART * between
    # Heavy tails and clusters make more near pairs than the formula says, within train as well.
    if not certain and share - min(usual, 0.5 * share) < EXCESS:
        return None
    return Suspicion(
        f"near copies of {name} samples are in train",
        f"{int(near.sum())} of {len(near)} {name} samples are less than {limit:.0%} as far from a "
        f"train sample as from the {NEIGHBOURS}th next (chance: {CHANCE:.2%}; {between} more are "
        f"less than {outer:.0%})",
        "Split by what the samples come from (patient, recording, original picture) before "
        "augmenting or cutting, and declare it: [contract] groups.",
        name,
        certain=certain,
    )


def _limit(chance: float, dimension: float) -> float:
    """The ratio of the nearest distance to the last that chance falls below so often."""
    return float((1 - (1 - chance) ** (1 / (NEIGHBOURS - 1))) ** (1 / dimension))


def _ratio(distances: np.ndarray) -> np.ndarray:
    """Nearest by farthest of the neighbours; 1 where all are copies."""
    import numpy as np

    last = distances[:, -1]
    return np.asarray(np.where(last > 0, distances[:, 0] / np.where(last > 0, last, 1), 1.0))


def _standardised(
    known: np.ndarray, held: np.ndarray, *, by_column: bool
) -> tuple[np.ndarray, np.ndarray, int]:
    """Both in standard deviations of train; and how many columns have many values."""
    import numpy as np

    from art.registry.probes._rows import fewer_columns

    one, two = (part.astype(np.float64) for part in fewer_columns(known, held))
    mean, std = np.nanmean(one, 0), np.nanstd(one, 0)
    kept = std > 1e-9
    if not kept.any():
        return one, two, 0
    limits = std[kept] if by_column else float((std[kept] ** 2).mean() ** 0.5)
    one = np.nan_to_num((one[:, kept] - mean[kept]) / limits)
    two = np.nan_to_num((two[:, kept] - mean[kept]) / limits)
    many = sum(len(np.unique(column[:500])) > 10 for column in one.T[:200])
    if one.shape[1] > 300:
        draws = np.random.RandomState(0).standard_normal((one.shape[1], 200))
        one, two = one @ draws / 200**0.5, two @ draws / 200**0.5
    return np.clip(one, -30, 30), np.clip(two, -30, 30), many


def _distances(rows: np.ndarray, known: np.ndarray, count: int) -> np.ndarray:
    """`(n, count)` distances to the nearest rows, nearest first."""
    import numpy as np

    squares = (known**2).sum(1)
    found = []
    for start in range(0, len(rows), 1000):
        part = rows[start : start + 1000]
        table = squares[None] - 2 * part @ known.T + (part**2).sum(1)[:, None]
        nearest = np.partition(np.maximum(table, 0), count, axis=1)[:, :count]
        found.append(np.sqrt(np.sort(nearest, axis=1)))
    return np.concatenate(found)


def _dimension(among: np.ndarray) -> float:
    """TwoNN of two neighbours beyond the reach of copies."""
    import numpy as np

    inner, outer = among[:, INNER - 1], among[:, OUTER - 1]
    good = (inner > 0) & (outer > inner)
    if good.sum() < 30:
        return 0.0
    # E log(r_m / r_k) = (1/k + ... + 1/(m-1)) / d for samples of an even density.
    expected = sum(1 / rank for rank in range(INNER, OUTER))
    return float(expected / np.log(outer[good] / inner[good]).mean())
