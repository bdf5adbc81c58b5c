"""Inputs of any shape as a table for cheap models."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

COLUMNS = 300
VOCABULARY = 5000
LONG = 16
MOST_GAPS = 64
"""Columns whose distances are looked at one by one in a pair."""


def features(parts: Sequence[np.ndarray], several: int = 1) -> list[np.ndarray]:
    """`(n, d)` of each part, standardised by the first; d is 300 at most, and 100 more.

    Token ids become counts of the most frequent tokens, with their places where they are few, and
    columns of ids one column for each of the most frequent; all else is flattened. Long float rows
    also get the sizes of their frequencies, which tell a pattern wherever in the row it stands.
    Pairs get how far their two inputs are apart; rows of points how they lie, whatever their order.

    Args:
        parts: rows of the same kind, train's first.
        several: how many inputs of one make stand side by side in a row.
    """
    from art.registry.probes._grounds import are_ids
    from art.registry.probes._rows import is_tokens

    flat = [part.reshape(len(part), -1) for part in parts]
    ids = are_ids(parts[0])
    raw = _codes(flat) if ids else _counts(parts) if is_tokens(parts[0]) else flat
    table = _standardised(raw)
    if parts[0].dtype.kind == "f" and parts[0][0].size >= LONG:
        extra = _standardised([_frequencies(part) for part in parts])
        table = [_joined(one, two) for one, two in zip(table, extra, strict=True)]
    if several == 2 and not ids and parts[0].dtype.kind in "fiub":
        apart = _standardised([_distances(rows) for rows in flat])
        table = [_joined(one, two) for one, two in zip(table, apart, strict=True)]
    if parts[0].dtype.kind == "f" and parts[0].ndim == 3:
        spread = _standardised([_spread(part) for part in parts])
        table = [_joined(one, two) for one, two in zip(table, spread, strict=True)]
    return table


def _distances(rows: np.ndarray) -> np.ndarray:
    """How far the two halves of each row are apart: by column, and in all."""
    import numpy as np

    half = rows.shape[1] // 2
    gap = np.abs(rows[:, half:].astype(np.float64) - rows[:, :half])
    return np.concatenate([gap[:, :MOST_GAPS], gap.mean(1, keepdims=True)], axis=1)


def _spread(part: np.ndarray) -> np.ndarray:
    """Of rows of points `(n, points, width)`: means, deviations, ends and products of columns."""
    import numpy as np

    rows = np.nan_to_num(part.astype(np.float64))[:, :, :8]
    ends = [rows.mean(1), rows.std(1), rows.min(1), rows.max(1)]
    products = np.einsum("npi,npj->nij", rows, rows) / rows.shape[1]
    radius = np.sqrt((rows**2).sum(2))
    of_all = np.stack([radius.mean(1), radius.std(1), radius.max(1)], 1)
    return np.concatenate([*ends, products.reshape(len(rows), -1), of_all], axis=1)


def _joined(one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """The second counts as a third of the first: most data speaks by its values."""
    import numpy as np

    weight = (one.shape[1] / max(two.shape[1], 1) / 3) ** 0.5
    return np.concatenate([one, two * min(weight, 1.0)], axis=1)


def _codes(parts: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Columns of ids: one column for each of the most frequent, beside the numbers themselves."""
    import numpy as np

    most = max(COLUMNS // 2 // parts[0].shape[1], 2)
    kept = []
    for column in parts[0].T:
        ids, counts = np.unique(column, return_counts=True)
        kept.append(ids[np.argsort(-counts, kind="stable")[:most]])
    return [
        np.concatenate(
            [*((column[:, None] == ids) for column, ids in zip(part.T, kept, strict=True)), part],
            axis=1,
        ).astype(np.float64)
        for part in parts
    ]


def _counts(parts: Sequence[np.ndarray]) -> list[np.ndarray]:
    import numpy as np

    ids, counts = np.unique(parts[0], return_counts=True)
    kept = np.sort(ids[np.argsort(-counts)[: COLUMNS // 2]])
    found = []
    for part in parts:
        places = np.minimum(np.searchsorted(kept, part), len(kept) - 1)
        hit = kept[places] == part
        table = np.zeros((len(part), len(kept)))
        rows = np.broadcast_to(np.arange(len(part))[:, None], part.shape)
        np.add.at(table, (rows[hit], places[hit]), 1.0)
        beside = part[:, :100].astype(np.float64) if part.shape[1] <= 100 else table[:, :0]
        found.append(np.concatenate([np.log1p(table), beside], axis=1))
    return found


def _frequencies(part: np.ndarray) -> np.ndarray:
    """Sizes of the frequencies along a row, or along time for each channel."""
    import numpy as np

    rows = np.nan_to_num(part.astype(np.float64))
    if rows.ndim == 2:
        rows = rows[:, :, None]
    elif rows.ndim == 4:  # pictures: along both sides
        sizes = np.abs(np.fft.rfft2(rows.mean(1)))[:, :10, :10]
        return np.log1p(sizes.reshape(len(rows), -1))
    else:
        rows = rows.reshape(len(rows), rows.shape[1], -1)[:, :, :8]
    sizes = np.abs(np.fft.rfft(rows - rows.mean(1, keepdims=True), axis=1))[:, 1:40]
    return np.log1p(sizes.reshape(len(rows), -1)[:, :100])


def _standardised(parts: Sequence[np.ndarray]) -> list[np.ndarray]:
    """In deviations of the first part; wide tables are projected at random."""
    import numpy as np

    first = parts[0].astype(np.float64)
    first = np.where(np.isfinite(first), first, np.nan)
    good = np.isfinite(first).any(0)
    mean = np.where(good, np.nanmean(np.where(good, first, 0), 0), 0)
    std = np.nanstd(np.where(good, first, 0), 0)
    kept = good & (std > 1e-9 + 1e-7 * np.abs(mean))
    found = []
    for part in parts:
        rows = (part[:, kept].astype(np.float64) - mean[kept]) / std[kept]
        rows = np.clip(np.where(np.isfinite(rows), rows, 0), -8, 8)
        if rows.shape[1] > COLUMNS:
            draws = np.random.RandomState(0).standard_normal((rows.shape[1], COLUMNS))
            rows = rows @ draws / rows.shape[1] ** 0.5
        found.append(rows)
    return found
