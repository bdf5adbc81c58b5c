"""Figures as Plotly's JSON, written as plain data: plotly itself is needed only to look at it."""

from __future__ import annotations

import base64
import io
import math
from typing import Any

from art.core.figure import Bars, Figure, Heatmap, ImageGrid, Lines, Points
from art.running.palette import (
    BLUE_SCALE,
    COLOURS,
    GRID,
    INK,
    MUTED,
    NUMBERED_CELLS,
    line_styles,
    number,
    share_label,
    shares,
    unit_image,
)


def plotly_figure(figure: Figure) -> dict[str, Any]:
    """`{"data": [...], "layout": {...}}` of a figure."""
    makers: dict[type, Any] = {
        Lines: _lines,
        Points: _points,
        Bars: _bars,
        Heatmap: _heatmap,
        ImageGrid: _image_grid,
    }
    made: dict[str, Any] = makers[type(figure)](figure)
    return made


def _layout(title: str, x: dict[str, Any], y: dict[str, Any], **more: Any) -> dict[str, Any]:
    axis = {"gridcolor": GRID, "zeroline": False, "automargin": True, "linecolor": MUTED}
    return {
        "title": {"text": _escaped(title), "x": 0.02, "xanchor": "left", "font": {"size": 15}},
        "font": {"color": INK, "size": 12},
        "paper_bgcolor": "white",
        "plot_bgcolor": "white",
        "margin": {"l": 60, "r": 24, "t": 56, "b": 56},
        "xaxis": {**axis, **x},
        "yaxis": {**axis, **y},
        **more,
    }


def _label(text: str) -> dict[str, Any]:
    return {"title": {"text": _escaped(text)}}


def _escaped(text: str) -> str:
    """Plotly reads a little HTML in every text: a class called `<b` must stay that."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _lines(figure: Lines) -> dict[str, Any]:
    data: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines+markers" if len(one.x) <= 40 else "lines",
            "name": _escaped(one.name),
            "x": list(one.x),
            "y": list(one.y),
            "line": {"color": colour, "width": 2, "dash": "dash" if dashed else "solid"},
            "marker": {"size": 5},
        }
        for one, (colour, dashed) in zip(figure.series, line_styles(figure.series), strict=True)
    ]
    x = [value for one in figure.series for value in one.x]
    for level in figure.levels:
        if x:
            ends = {"x": [min(x), max(x)], "y": [level.value, level.value]}
            line = {"color": MUTED, "width": 1.5, "dash": "dot"}
            data.append({**_named(level.name, "lines"), **ends, "line": line})
    for mark in figure.marks:
        star = {"size": 12, "symbol": "star", "color": INK}
        data.append({**_named(mark.name, "markers"), "x": [mark.x], "y": [mark.y], "marker": star})
    y = {**_label(figure.y_label), **({"type": "log"} if figure.log_y else {})}
    across = {**_label(figure.x_label), **({"type": "log"} if figure.log_x else {})}
    return {"data": data, "layout": _layout(figure.title, across, y, hovermode="x")}


def _named(name: str, mode: str) -> dict[str, Any]:
    return {"type": "scatter", "mode": mode, "name": _escaped(name)}


def _points(figure: Points) -> dict[str, Any]:
    data = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": _escaped(one.name),
            "x": list(one.x),
            "y": list(one.y),
            "marker": {"color": COLOURS[index % len(COLOURS)], "size": 6, "opacity": 0.6},
        }
        for index, one in enumerate(figure.series)
    ]
    line: dict[str, Any] = {"type": "line", "line": {"color": MUTED, "width": 1, "dash": "dash"}}
    shapes = []
    ends = [value for one in figure.series for part in (one.x, one.y) for value in part]
    finite = [float(value) for value in ends if math.isfinite(value)]
    if figure.diagonal and finite:
        low, high = min(finite), max(finite)
        shapes.append({**line, "x0": low, "y0": low, "x1": high, "y1": high})
    if figure.zero_line:
        shapes.append({**line, "xref": "paper", "x0": 0, "x1": 1, "y0": 0, "y1": 0})
    x, y = _label(figure.x_label), _label(figure.y_label)
    return {"data": data, "layout": _layout(figure.title, x, y, shapes=shapes)}


def _bars(figure: Bars) -> dict[str, Any]:
    trace = {
        "type": "bar",
        "x": [_escaped(name) for name in figure.names],
        "y": list(figure.values),
        "marker": {"color": COLOURS[0]},
    }
    x = {**_label(figure.x_label), "type": "category"}
    return {"data": [trace], "layout": _layout(figure.title, x, _label(figure.y_label))}


def _heatmap(figure: Heatmap) -> dict[str, Any]:
    """Cells by position with names as ticks, since two names may be the same."""
    rows, columns = len(figure.row_names), len(figure.column_names)
    numbered = max(rows, columns) <= NUMBERED_CELLS
    trace = {
        "type": "heatmap",
        "z": shares(figure.values),
        "zmin": 0,
        "zmax": 1,
        "text": [[number(value) for value in row] for row in figure.values],
        "colorscale": BLUE_SCALE,
        "colorbar": {
            "title": {"text": share_label(figure.values), "side": "right"},
            "thickness": 12,
        },
        "xgap": 1,
        "ygap": 1,
        "hovertemplate": f"{_escaped(figure.row_label) or 'row'} %{{y}}<br>"
        f"{_escaped(figure.column_label) or 'column'} %{{x}}<br>%{{text}}<extra></extra>",
    }
    if numbered:
        trace["texttemplate"] = "%{text}"
    x = {**_label(figure.column_label), **_ticks(figure.column_names), "constrain": "domain"}
    y = {
        **_label(figure.row_label),
        **_ticks(figure.row_names),
        "autorange": "reversed",
        "scaleanchor": "x",
        "constrain": "domain",
    }
    return {"data": [trace], "layout": _layout(figure.title, x, y)}


def _ticks(names: Any) -> dict[str, Any]:
    return {
        "tickmode": "array",
        "tickvals": list(range(len(names))),
        "ticktext": [_escaped(name) for name in names],
        "showgrid": False,
    }


def _image_grid(figure: ImageGrid) -> dict[str, Any]:
    """Pictures laid over empty axes, one unit each, with captions above and on hovering."""
    columns = max(min(figure.columns, len(figure.images)), 1)
    rows = max(math.ceil(len(figure.images) / columns), 1)
    places = [(index % columns, index // columns) for index in range(len(figure.images))]
    captions = [_escaped(caption) for caption in figure.captions]
    images = [
        {
            "source": _data_uri(image),
            "xref": "x",
            "yref": "y",
            "x": column + 0.05,
            "y": row + 0.18,
            "sizex": 0.9,
            "sizey": 0.8,
            "sizing": "contain",
            "layer": "below",
        }
        for image, (column, row) in zip(figure.images, places, strict=True)
    ]
    trace = {
        "type": "scatter",
        "mode": "text",
        "x": [column + 0.5 for column, _ in places],
        "y": [row + 0.09 for _, row in places],
        "text": captions,
        "textfont": {"size": 11},
        "hoverinfo": "text",
    }
    hidden = {"visible": False, "fixedrange": True}
    layout = _layout(
        figure.title,
        {**hidden, "range": [0, columns]},
        {**hidden, "range": [rows, 0], "scaleanchor": "x"},
        images=images,
        height=110 * rows + 90,
    )
    return {"data": [trace], "layout": layout}


def _data_uri(image: Any) -> str:
    """A small PNG inside a text."""
    import numpy as np
    from PIL import Image

    pixels = (unit_image(image) * 255).round().astype(np.uint8)
    picture = io.BytesIO()
    Image.fromarray(pixels).save(picture, format="PNG")
    return "data:image/png;base64," + base64.b64encode(picture.getvalue()).decode("ascii")
