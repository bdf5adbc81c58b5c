"""Several models ranked: score with its error, drawn and in numbers, parameters, time, size."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from art.reporting.conclusion import Conclusion, conclusions, trained
from art.reporting.snapshots import Report, StageSnapshot
from art.reporting.spans import Line, Screen, Span
from art.reporting.text import cells, clean, cut, duration, fill, number

_DRAWN = 24
"""Columns of the picture; it is left out where the screen is too narrow for it."""
_NAME = 24
_HEAD = ("parameters", "time", "size")
_UNITS = ("B", "kB", "MB", "GB", "TB")


def ranking_lines(report: Report, screen: Screen) -> list[Line]:
    """A row a model, the best first, and one for the best simple model; nothing for one model."""
    found = conclusions(report)
    if len(found) < 2 or not found[0].score or any(o.score != found[0].score for o in found):
        return []
    rows = [
        _cells_of(rank, one, report, _ranked_by_val(found))
        for rank, one in enumerate(found, start=1)
    ]
    simple = next((one for one in found if one.simple is not None), None)
    if simple is not None:
        name = simple.simple_name.replace("_", " ")
        rows.append(["", name, number(simple.simple), *[""] * (len(rows[0]) - 3)])
    by_val = _ranked_by_val(found)
    head = ["", "model", found[0].score, *["val"] * by_val, *_HEAD]
    columns = list(zip(head, *rows, strict=True))
    widths = [max(cells(clean(text, screen.unicode)) for text in column) for column in columns]
    widths[1] = min(widths[1], _NAME)
    while len(widths) > 3 and _room(widths, screen) < 0:
        widths.pop()  # the last columns tell least
    widths[1] = max(widths[1] + min(_room(widths, screen), 0), 4)
    drawn = _pictures(found, simple, screen)
    has_room = _room(widths, screen) >= _DRAWN + 2
    lines: list[Line] = [[]]
    for index, (row, picture) in enumerate(zip([head, *rows], ["", *drawn], strict=True)):
        style = "dim" if index == 0 or not row[0] else "bold" if index == 1 else ""
        shown = row[: len(widths)]
        lines.append(_row(shown, widths, picture if has_room else None, style, screen))
    return lines


def _room(widths: Sequence[int], screen: Screen) -> int:
    """Columns that are left beside the table."""
    return screen.width - sum(widths) - 2 * len(widths)


def _row(
    row: Sequence[str], widths: Sequence[int], picture: str | None, style: str, screen: Screen
) -> Line:
    texts = [
        cut(clean(t, screen.unicode), w, screen.unicode) for t, w in zip(row, widths, strict=True)
    ]
    words = [fill(text, width) for text, width in zip(texts[:3], widths[:3], strict=True)]
    words += [" " * (width - cells(t)) + t for t, width in zip(texts[3:], widths[3:], strict=True)]
    if picture is not None:
        words.insert(3, fill(picture, _DRAWN))
    return [Span("  "), Span("  ".join(words), style)]


def _ranked_by_val(found: Sequence[Conclusion]) -> bool:
    """Whether the order comes from another column than the one that is drawn."""
    return found[0].score != found[0].val_score and all(one.val is not None for one in found)


def _cells_of(rank: int, one: Conclusion, report: Report, by_val: bool) -> list[str]:
    error = f" ± {one.error:.2g}" if one.error else ""
    stages = trained(report, one.model)
    last = stages[-1] if stages else None
    return [
        str(rank),
        one.model or "",
        f"{number(one.value)}{error}",
        *[number(one.val)] * by_val,
        f"{one.parameters:,}" if one.parameters else "-",
        duration(last.seconds) if last else "-",
        _size(report, last) if last else "-",
    ]


def _size(report: Report, stage: StageSnapshot) -> str:
    try:
        path = Path(report.folder, stage.folder, stage.artifacts["checkpoint"])
        size = float(path.stat().st_size)
    except OSError:  # it was cleared away
        return "-"
    unit = 0
    while size >= 1000 and unit < len(_UNITS) - 1:
        size, unit = size / 1000, unit + 1
    return f"{size:.3g} {_UNITS[unit]}"


def _pictures(found: Sequence[Conclusion], simple: Conclusion | None, screen: Screen) -> list[str]:
    """A point for each value with its error to both sides, all on one scale."""
    values = [(one.value, one.error or 0.0) for one in found]
    if simple is not None and simple.simple is not None:
        values.append((simple.simple, 0.0))
    low = min(value - error for value, error in values)
    high = max(value + error for value, error in values)
    line, point = ("─", "●") if screen.unicode else ("-", "o")
    scale = (_DRAWN - 1) / (high - low) if high > low else 0.0

    def place(value: float) -> int:
        return round((value - low) * scale)

    drawn = []
    for value, error in values:
        first, last = place(value - error), place(value + error)
        letters = [line if first <= at <= last else " " for at in range(_DRAWN)]
        letters[place(value)] = point
        drawn.append("".join(letters))
    return drawn
