"""Predictions on a screen: the first rows, in columns that line up."""

from __future__ import annotations

from itertools import islice
from typing import Any

from art.prediction.answers import Predictions
from art.prediction.writing import headings, rows
from art.reporting.spans import Line, Screen, Span, paint
from art.reporting.text import cells, clean, cut, fill

MOST_ROWS = 20
WIDEST = 24


def shown(predictions: Predictions, screen: Screen) -> str:
    """The first rows as a table; columns that have no room are left out, and that is said.

    Args:
        predictions: what to show.
        screen: what the text is for.
    """
    table = [headings(predictions), *islice(rows(predictions), MOST_ROWS)]
    texts = [[clean(_word(value), screen.unicode) for value in row] for row in table]
    numeric = [not any(isinstance(row[n], str) for row in table[1:]) for n in range(len(table[0]))]
    widths = [min(max(map(cells, column)), WIDEST) for column in zip(*texts, strict=True)]
    fits = _fitting(widths, screen.width)
    lines = [
        _line(row[:fits], widths, numeric, "bold" if index == 0 else "", screen)
        for index, row in enumerate(texts)
    ]
    more = []
    if len(predictions) > MOST_ROWS:
        more.append(f"{len(predictions) - MOST_ROWS:,} more rows")
    if fits < len(widths):
        more.append(f"{len(widths) - fits} more columns")
    if more:
        lines.append([Span(f"and {' and '.join(more)}: name a file to have all", "dim")])
    return paint(lines, screen.colour)


def _word(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _fitting(widths: list[int], room: int) -> int:
    used, count = 0, 0
    for width in widths:
        used += width + 2 * bool(count)
        if used > room:
            break
        count += 1
    return max(count, 1)


def _line(
    row: list[str], widths: list[int], numeric: list[bool], style: str, screen: Screen
) -> Line:
    """Numbers stand at the right of their column, texts at the left."""
    parts = []
    for text, width, right in zip(row, widths, numeric, strict=False):
        short = cut(text, width, screen.unicode)
        parts.append(" " * (width - cells(short)) + short if right else fill(short, width))
    return [Span("  ".join(parts), style)]
