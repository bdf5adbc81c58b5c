"""A stage in one row: the same in a report and while it runs."""

from __future__ import annotations

from collections.abc import Sequence

from art.reporting.snapshots import StageSnapshot
from art.reporting.spans import Line, Screen, Span, line_cells
from art.reporting.telling import telling_scores
from art.reporting.text import cells, clean, cut, duration, fill, number

_TIME = 11
_CHECKS = 4
_ROOMY = 60  # columns; below, time and checks leave their place to the scores


def stage_row(
    stage: StageSnapshot, screen: Screen, *, name_width: int, details: Sequence[str]
) -> Line:
    """`  ✓ 2 baseline           1.2 s  2/2  val/accuracy 0.9556`.

    Args:
        stage: what to show.
        screen: for what.
        name_width: columns of the longest name among the rows.
        details: as many of them as fit stand at the row's end; the first is cut if it must be.
    """
    line = row_head(stage.stage, stage.order, screen.mark(stage.status), screen, name_width)
    if screen.width >= _ROOMY:
        time = duration(stage.seconds) if stage.seconds > 0 else ""
        line += [Span(f"{time:>{_TIME}}", "dim"), Span("  "), _checks(stage)]
    room = screen.width - line_cells(line) - 2
    style = "dim" if stage.status in ("missing", "outdated", "interrupted", "running") else ""
    return [*line, Span("  "), Span(fit(details, room, screen.unicode), style)]


def row_head(name: str, order: int, mark: Span, screen: Screen, name_width: int) -> list[Span]:
    """Mark, number and name, of the same width in every row."""
    width = min(name_width, screen.width // 2)
    shown = cut(clean(name, screen.unicode), width, screen.unicode)
    style = "bad" if mark.style == "bad" else "dim" if mark.style == "dim" else ""
    return [Span("  "), mark, Span(f" {order:>2} ", "dim"), Span(fill(shown, width), style)]


def score_texts(stage: StageSnapshot, screen: Screen, limit: int = 4) -> list[str]:
    """`["val/accuracy 0.9556", ...]`, most telling first; the count of warnings among them."""
    texts = []
    for name, value in telling_scores(stage.scores, stage.checks, limit).items():
        words = (clean(name, screen.unicode), number(value))
        # Where a text may be cut, the number comes first.
        texts.append(" ".join(words if screen.width >= _ROOMY else reversed(words)))
    count = len(stage.warnings)
    if count:
        texts.insert(1, f"{count} warning" + "s" * (count > 1))
    return texts


def fit(texts: Sequence[str], room: int, unicode: bool) -> str:
    """As many texts, joined by commas, as there is room for; the first cut if it must be."""
    shown = ""
    for text in texts:
        longer = f"{shown}, {text}" if shown else text
        if cells(longer) > room:
            break
        shown = longer
    if not shown and texts and room > 3:
        return cut(texts[0], room, unicode)
    return shown


def _checks(stage: StageSnapshot) -> Span:
    blocking = [check for check in stage.checks if check.severity == "block" and check.asked]
    if not blocking:
        return Span(" " * _CHECKS)
    passed = sum(check.passed for check in blocking)
    style = "good" if passed == len(blocking) else "bad"
    if stage.warnings:
        style = "warn" if style == "good" else style
    return Span(f"{passed}/{len(blocking)}".ljust(_CHECKS), style)
