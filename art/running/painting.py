"""Paints figures as PNG, with matplotlib's object interface: no window, no global state."""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from itertools import cycle
from typing import Any

from art.core.figure import Bars, Figure, Heatmap, ImageGrid, Lines, Points, Series
from art.errors import printable
from art.running.palette import (
    BLUE_SCALE,
    COLOURS,
    DARK_FROM,
    GRID,
    INK,
    MUTED,
    NUMBERED_CELLS,
    line_styles,
    number,
    share_label,
    shares,
    short,
    unit_image,
)

DPI = 150
_COMMAS = "{x:,.10g}"
LEGEND_INSIDE = 3
"""More lines than this have their legend beside the axes, not over the curves."""


def paint_png(figure: Figure) -> bytes:
    """The PNG of a figure."""
    from matplotlib import rc_context

    painters: dict[type, Any] = {
        Lines: _lines,
        Points: _points,
        Bars: _bars,
        Heatmap: _heatmap,
        ImageGrid: _image_grid,
    }
    style: Any = {
        "font.size": 10,
        "text.color": INK,
        "axes.labelcolor": INK,
        "axes.edgecolor": MUTED,
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "text.parse_math": False,  # a class may be called "$5 and more"
    }
    with rc_context(style), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph ")  # a letter that the font lacks
        drawn = painters[type(figure)](_visible(figure))
        # The canvas lays out and draws once; savefig does it twice, to know the layout first.
        picture = io.BytesIO()
        drawn.canvas.print_png(picture)
    return picture.getvalue()


def _visible(value: Any) -> Any:
    """A figure with every control character in its texts as an escape: no font has them."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, tuple | list):
        return type(value)(_visible(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        own = {one.name: _visible(getattr(value, one.name)) for one in fields(value) if one.init}
        return replace(value, **own)
    return value


def _canvas(width: float, height: float) -> Any:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Canvas

    canvas: Any = Canvas(figsize=(width, height), dpi=DPI, facecolor="white", layout="constrained")
    canvas.get_layout_engine().set(w_pad=0.12, h_pad=0.12)
    FigureCanvasAgg(canvas)
    return canvas


def _axes(figure: Lines | Points | Bars, width: float = 7.0, height: float = 4.4) -> Any:
    """Plain axes with a title on the left, labels, and a faint grid."""
    axes = _canvas(width, height).add_subplot()
    _title(axes, figure.title)
    axes.set_xlabel(figure.x_label)
    axes.set_ylabel(figure.y_label)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=3)
    return axes


def _title(axes: Any, title: str) -> None:
    axes.set_title(title, loc="left", fontsize=11.5, fontweight="bold", pad=10, wrap=True)


def _legend(axes: Any, series: Sequence[Series]) -> None:
    if len(series) < 2:
        return
    if len(series) <= LEGEND_INSIDE:
        axes.legend(frameon=True, framealpha=0.85, edgecolor="none")
    else:
        axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))


def _lines(figure: Lines) -> Any:
    axes = _axes(figure)
    for one, (colour, dashed) in zip(figure.series, line_styles(figure.series), strict=True):
        few = len(one.x) <= 40
        axes.plot(
            one.x,
            one.y,
            color=colour,
            linestyle="--" if dashed else "-",
            linewidth=1.8 if len(one.x) <= 100 else 1.2,
            marker="o" if few else None,
            markersize=3.5,
            label=one.name,
        )
    for level in figure.levels:
        axes.axhline(level.value, color=MUTED, linewidth=1.2, linestyle=":", label=level.name)
    for mark, shape in zip(figure.marks, cycle("*PXD"), strict=False):
        point: Any = {"marker": shape, "markersize": 9, "color": INK, "label": mark.name}
        axes.plot([mark.x], [mark.y], linestyle="", **point)
    if figure.log_y:
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter("{x:g}")
    else:
        axes.yaxis.set_major_formatter(_COMMAS)
    if figure.log_x:
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter("{x:g}")
    x = [value for one in figure.series for value in one.x]
    if x and max(x) - min(x) >= 2 and figure.x_label in ("epoch", "step"):
        axes.xaxis.get_major_locator().set_params(integer=True)
    if figure.levels or figure.marks:
        axes.figure.legend(loc="outside lower left", ncols=2, frameon=False)
    else:
        _legend(axes, figure.series)
    return axes.figure


def _points(figure: Points) -> Any:
    axes = _axes(figure, width=6.0, height=5.0)
    most = max((len(one.x) for one in figure.series), default=0)
    for index, one in enumerate(figure.series):
        axes.scatter(
            one.x,
            one.y,
            s=22 if most <= 300 else 10,
            alpha=0.75 if most <= 300 else 0.4,
            color=COLOURS[index % len(COLOURS)],
            linewidths=0,
            label=one.name,
        )
    axes.xaxis.set_major_formatter(_COMMAS)
    axes.locator_params(axis="x", nbins=6)
    axes.yaxis.set_major_formatter(_COMMAS)
    if figure.diagonal:
        axes.axline((0, 0), slope=1, color=MUTED, linewidth=1, linestyle="--", zorder=1)
        _frame_points(axes, figure)
    if figure.zero_line:
        axes.axhline(0, color=MUTED, linewidth=1, linestyle="--", zorder=1)
    _legend(axes, figure.series)
    return axes.figure


def _frame_points(axes: Any, figure: Points) -> None:
    """Both axes over the points' common range: `axline` alone would pull in the origin."""
    values = [
        float(value)
        for one in figure.series
        for part in (one.x, one.y)
        for value in part
        if math.isfinite(value)
    ]
    if values:
        margin = 0.04 * ((max(values) - min(values)) or 1.0)
        axes.set_xlim(min(values) - margin, max(values) + margin)
        axes.set_ylim(min(values) - margin, max(values) + margin)


def _bars(figure: Bars) -> Any:
    """Vertical bars; horizontal ones where the names would not fit side by side."""
    count = len(figure.names)
    room = 60  # letters that fit under a figure of this width
    if sum(len(name) + 2 for name in figure.names) <= room:
        axes = _axes(figure)
        axes.bar(range(count), figure.values, color=COLOURS[0], width=0.7)
        axes.set_xticks(range(count), figure.names)
        axes.grid(visible=False, axis="x")
        return axes.figure
    height = min(1.4 + 0.24 * count, 24.0)
    axes = _axes(
        Bars(figure.title, figure.names, figure.values, figure.y_label, figure.x_label),
        height=height,
    )
    axes.barh(range(count), figure.values, color=COLOURS[0], height=0.7)
    axes.set_yticks(range(count), [short(name) for name in figure.names], fontsize=8.5)
    axes.set_ylim(count - 0.4, -0.6)  # the first on top
    axes.grid(visible=False, axis="y")
    return axes.figure


def _heatmap(figure: Heatmap) -> Any:
    """Cells coloured by their share of the row, with their numbers where there is room."""
    from matplotlib.colors import LinearSegmentedColormap

    rows, columns = len(figure.row_names), len(figure.column_names)
    row_names = [short(name) for name in figure.row_names]
    column_names = [short(name) for name in figure.column_names]
    cell, size = _cell_and_font(max(rows, columns))
    longest = max((len(name) for name in row_names + column_names), default=1)
    room = 0.011 * size * longest + 0.9  # inches that names and labels take
    width, height = max(columns * cell + room + 1.0, 5.2), max(rows * cell + room + 0.5, 3.6)
    axes = _canvas(width, height).add_subplot()
    cells = shares(figure.values)
    colours = LinearSegmentedColormap.from_list("blues", BLUE_SCALE)
    image = axes.imshow(cells, cmap=colours, vmin=0, vmax=1)
    turned = longest * size * 0.011 > cell
    axes.set_xticks(range(columns), column_names, fontsize=size, rotation=90 if turned else 0)
    axes.set_yticks(range(rows), row_names, fontsize=size)
    axes.tick_params(length=0)
    axes.set_xlabel(figure.column_label)
    axes.set_ylabel(figure.row_label)
    axes.spines[:].set_color(GRID)
    _title(axes, figure.title)
    if max(rows, columns) <= NUMBERED_CELLS:
        _number_cells(axes, figure, cells, size)
    bar = axes.figure.colorbar(image, ax=axes, shrink=0.6, pad=0.03, aspect=25)
    bar.outline.set_visible(False)
    bar.set_label(share_label(figure.values), fontsize=9, color=MUTED)
    bar.ax.tick_params(length=0, labelsize=8)
    return axes.figure


def _cell_and_font(cells: int) -> tuple[float, float]:
    """A cell's size in inches and the size of its letters, for so many in a row."""
    if cells <= 4:
        return 1.0, 10.0
    if cells <= 12:
        return 0.62, 9.0
    return (0.42, 7.5) if cells <= NUMBERED_CELLS else (0.15, 5.5)


def _number_cells(axes: Any, figure: Heatmap, cells: list[list[float]], size: float) -> None:
    """Dark numbers on light cells, light ones on dark; zeros faint, so that errors stand out."""
    for row, values in enumerate(figure.values):
        for column, value in enumerate(values):
            colour = "white" if cells[row][column] > DARK_FROM else INK if value else "#BBBBBB"
            axes.text(
                column, row, number(value), ha="center", va="center", fontsize=size, color=colour
            )


def _image_grid(figure: ImageGrid) -> Any:
    columns = max(min(figure.columns, len(figure.images)), 1)
    rows = max(math.ceil(len(figure.images) / columns), 1)
    captioned = any(figure.captions)
    canvas = _canvas(max(columns * 1.05, 3.2), rows * (1.3 if captioned else 1.1) + 0.5)
    canvas.get_layout_engine().set(w_pad=0.04, h_pad=0.07)
    canvas.suptitle(figure.title, x=0.02, ha="left", fontsize=11.5, fontweight="bold")
    grid = canvas.subplots(rows, columns, squeeze=False)
    for axes in grid.flat:
        axes.set_axis_off()
    for axes, image, caption in zip(grid.flat, figure.images, figure.captions, strict=False):
        axes.imshow(unit_image(image), cmap="gray", vmin=0, vmax=1, interpolation="nearest")
        axes.set_title(short(caption, 14), fontsize=8.5, pad=3)
    return canvas
