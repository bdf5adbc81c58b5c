"""Writes what a visualizer drew: pictures to `figures/`, tables and texts to `tables/`."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from art.core.figure import Bars, Heatmap, ImageGrid, Lines, Points, Table
from art.core.files import atomic_write, make_folder
from art.errors import UserError, printable


def save_drawing(name: str, drawing: Any, folder: Path) -> dict[str, Path]:
    """Write one drawing into a run folder.

    A figure of `art.core.figure` becomes a PNG and Plotly JSON, a table JSON and CSV, a text a
    text file; a matplotlib figure becomes a PNG, a Plotly figure JSON.

    Args:
        name: the files' name without an ending; what no file name may hold becomes `_`.
        drawing: what the visualizer returned.
        folder: the run folder.

    Returns:
        The files by their ending: `{"png": ..., "json": ...}`.

    Raises:
        UserError: it is nothing that can be written.
        StoreError: the disk is full or the folder is read-only.
    """
    name = re.sub(r"[^\w.-]+", "_", name).strip(".") or "drawing"
    if isinstance(drawing, str):
        return _write(folder / "tables" / name, {"txt": drawing})
    if isinstance(drawing, Table):
        content = {"json": _json(_table_values(drawing)), "csv": _table_csv(drawing)}
        return _write(folder / "tables" / name, content)
    return _write(folder / "figures" / name, _figure_content(name, drawing))


def _figure_content(name: str, drawing: Any) -> dict[str, str | bytes]:
    if isinstance(drawing, Lines | Points | Bars | Heatmap | ImageGrid):
        from art.running.painting import paint_png
        from art.running.plotly_json import plotly_figure

        return {"png": paint_png(drawing), "json": _json(plotly_figure(drawing))}
    if hasattr(drawing, "to_plotly_json"):
        return {"json": drawing.to_json()}
    if hasattr(drawing, "savefig"):
        picture = io.BytesIO()
        drawing.savefig(picture, format="png", dpi=150, bbox_inches="tight")
        return {"png": picture.getvalue()}
    raise UserError(
        f"the drawing '{name}' is {type(drawing).__name__}; a visualizer draws a figure or table "
        f"of art.core.figure, a text, or a matplotlib or Plotly figure."
    )


def _write(base: Path, contents: Mapping[str, str | bytes]) -> dict[str, Path]:
    make_folder(base.parent)
    paths = {}
    for ending, content in contents.items():
        path = base.with_name(f"{base.name}.{ending}")
        atomic_write(path, content)
        paths[ending] = path
    return paths


def _table_values(table: Table) -> dict[str, Any]:
    rows = [list(row) for row in table.rows]
    return {"title": table.title, "headings": list(table.headings), "rows": rows}


def _table_csv(table: Table) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_shown(table.headings))
    writer.writerows(map(_shown, table.rows))
    return text.getvalue()


def _shown(row: Sequence[Any]) -> list[Any]:
    """A row whose texts command no terminal that the file is printed on."""
    return [printable(cell) if isinstance(cell, str) else cell for cell in row]


def _json(values: Any) -> str:
    """JSON that every reader takes: a number that is not finite becomes null."""
    return json.dumps(_plain(values), allow_nan=False, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if hasattr(value, "tolist"):  # numpy's arrays and numbers
        return _plain(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, int | str) else str(value)
