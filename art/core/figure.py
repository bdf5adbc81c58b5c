"""Figures as data. A visualizer returns one; painters make a PNG and Plotly JSON of it.

Tests compare the data; nothing here draws.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Series:
    """A line or a set of points."""

    name: str
    x: Sequence[float]
    y: Sequence[float]


@dataclass(frozen=True)
class Level:
    """A value to hold curves against, e.g. the best simple model's score."""

    name: str
    value: float


@dataclass(frozen=True)
class Mark:
    """A single point with a name, e.g. the best epoch."""

    name: str
    x: float
    y: float


@dataclass(frozen=True)
class Lines:
    """Curves over a common axis, e.g. losses by epoch; `levels` are horizontal lines."""

    title: str
    series: Sequence[Series]
    x_label: str = ""
    y_label: str = ""
    log_y: bool = False
    log_x: bool = False
    levels: Sequence[Level] = ()
    marks: Sequence[Mark] = ()


@dataclass(frozen=True)
class Points:
    """Scattered points, e.g. predicted against true, with an optional reference line y = x."""

    title: str
    series: Sequence[Series]
    x_label: str = ""
    y_label: str = ""
    diagonal: bool = False
    zero_line: bool = False


@dataclass(frozen=True)
class Bars:
    """One bar a name."""

    title: str
    names: Sequence[str]
    values: Sequence[float]
    x_label: str = ""
    y_label: str = ""


@dataclass(frozen=True)
class Heatmap:
    """A matrix with a number in each cell, e.g. a confusion matrix. Row 0 is drawn on top."""

    title: str
    values: Sequence[Sequence[float]]
    row_names: Sequence[str]
    column_names: Sequence[str]
    row_label: str = ""
    column_label: str = ""


@dataclass(frozen=True)
class ImageGrid:
    """Small images with captions.

    Attributes:
        images: arrays of shape (H, W) or (H, W, 3), any range; each is scaled for itself.
    """

    title: str
    images: Sequence[Any]
    captions: Sequence[str]
    columns: int = 8


@dataclass(frozen=True)
class Table:
    """Rows under headings; saved as JSON and CSV beside the figures."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Any]]


Figure = Lines | Points | Bars | Heatmap | ImageGrid
