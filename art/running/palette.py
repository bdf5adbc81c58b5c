"""Colours, scales and names that pictures and Plotly figures share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from art.core.figure import Series

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Told apart by colour-blind people (M. Okabe, K. Ito, Color Universal Design, 2008)."""

INK = "#222222"
MUTED = "#6B6B6B"
GRID = "#E6E6E6"
BLUES = ("#FFFFFF", "#DCE9F4", "#A9CBE3", "#5A9CC9", "#1F6AA5", "#08335E")
"""From nothing to much: light to dark, so that it reads in black and white as well."""

BLUE_SCALE = [((index / (len(BLUES) - 1)) ** 2, colour) for index, colour in enumerate(BLUES)]
"""(share, colour): dense near zero, where the errors of a good model are."""

DARK_FROM = 0.45
"""The share from which a cell of this scale is too dark for dark numbers."""

NUMBERED_CELLS = 25
"""Rows or columns up to which a heatmap shows its numbers."""


def line_styles(series: Sequence[Series]) -> list[tuple[str, bool]]:
    """(colour, dashed) of each line.

    Where several metrics of several splits share a figure, `val/f1` and `train/f1`, a metric has
    one colour and its training curve is dashed; otherwise each line has its own colour.
    """
    metrics = [one.name.partition("/")[2] or one.name for one in series]
    distinct = list(dict.fromkeys(metrics))
    if 1 < len(distinct) < len(series):
        return [
            (COLOURS[distinct.index(metric) % len(COLOURS)], one.name.startswith("train/"))
            for metric, one in zip(metrics, series, strict=True)
        ]
    return [(COLOURS[index % len(COLOURS)], False) for index in range(len(series))]


def shares(values: Sequence[Sequence[float]]) -> list[list[float]]:
    """Each cell as a share of its row's sum: rows of rare classes are as visible as any.

    Where a value is negative, each cell by its place between the lowest and highest instead.
    """
    rows = [[float(value) for value in row] for row in values]
    if any(value < 0 for row in rows for value in row):
        low = min(min(row) for row in rows)
        span = (max(max(row) for row in rows) - low) or 1.0
        return [[(value - low) / span for value in row] for row in rows]
    return [[value / (sum(row) or 1.0) for value in row] for row in rows]


def share_label(values: Sequence[Sequence[float]]) -> str:
    """What `shares` gives, in words."""
    signed = any(value < 0 for row in values for value in row)
    return "from lowest to highest" if signed else "share of the row"


def number(value: float) -> str:
    """A cell's number in few signs: whole numbers in full, others with three digits."""
    return f"{value:.0f}" if float(value).is_integer() and abs(value) < 1e6 else f"{value:.3g}"


def unit_image(image: Any) -> Any:
    """An image scaled to 0..1 by its own range; what is not finite becomes 0."""
    import numpy as np

    values = np.nan_to_num(np.asarray(image, dtype=float), nan=0.0, posinf=0.0, neginf=0.0)
    low, high = float(values.min()), float(values.max())
    return (values - low) / ((high - low) or 1.0)


def short(name: str, most: int = 24) -> str:
    """A name cut to so many letters."""
    return name if len(name) <= most else name[: most - 1] + "…"
