"""Several models side by side: stages down, models across, the deciding score in each cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from art.reporting.conclusion import conclusions
from art.reporting.rows import row_head
from art.reporting.snapshots import Report, StageSnapshot
from art.reporting.spans import Line, Screen, Span
from art.reporting.telling import deciding_score
from art.reporting.text import cells, clean, cut, fill, number

_CELL = 10
_CUT_CELL = 14
_GAP = "  "
_HEAD = 7  # the mark and number before a stage's name
_WORST_FIRST = ("crashed", "refused", "failed", "interrupted", "running", "missing", "outdated",
                "passed")  # fmt: skip


@dataclass(frozen=True)
class _Layout:
    """Widths in columns: of stage names, score names (0: not shown), a model; models a block."""

    screen: Screen
    name: int
    score: int
    cell: int
    models: int


def model_table(report: Report, screen: Screen) -> list[Line]:
    """The table; models that find no room beside the others come in a further block below."""
    scores = {name: _score_of(report, name) for name in report.names}
    layout = _measure(report, scores, screen)
    lines: list[Line] = []
    ranked = [one.model for one in conclusions(report) if one.model]
    every = [*ranked, *(model for model in report.models if model not in ranked)]
    for start in range(0, len(every), layout.models):
        models = every[start : start + layout.models]
        if start:
            lines.append([])
        lines.append(_heading(models, layout))
        for name, score in scores.items():
            stages = [stage for stage in report.stages if stage.stage == name]
            lines.append(_row(stages, models, score, layout))
    return lines


def _measure(report: Report, scores: dict[str, str | None], screen: Screen) -> _Layout:
    def widest(texts: Sequence[str]) -> int:
        return max(cells(clean(text, screen.unicode)) for text in texts)

    name = min(widest(report.names), screen.width // 2)
    score = widest([score or "" for score in scores.values()])
    if _HEAD + name + 2 * len(_GAP) + score + _CELL > screen.width:
        score = 0
    left = _HEAD + name + (len(_GAP) + score if score else 0)
    room = screen.width - left
    cell = max(_CELL, widest(report.models))
    if (cell + len(_GAP)) * len(report.models) > room:
        cell = min(cell, _CUT_CELL)  # a shortened name is better than a model on its own
    cell = max(min(cell, room - len(_GAP)), 3)
    return _Layout(screen, name, score, cell, max(room // (cell + len(_GAP)), 1))


def _score_of(report: Report, name: str) -> str | None:
    """The score to compare a stage by: the first model's deciding one."""
    found = (deciding_score(s.scores, s.checks) for s in report.stages if s.stage == name)
    return next((score for score in found if score is not None), None)


def _heading(models: Sequence[str], layout: _Layout) -> Line:
    line = [Span(" " * (_HEAD + layout.name))]
    if layout.score:
        line.append(Span(_GAP + fill("", layout.score)))
    for model in models:
        shown = cut(clean(model, layout.screen.unicode), layout.cell, layout.screen.unicode)
        line.append(Span(_GAP + fill(shown, layout.cell), "bold"))
    return line


def _row(
    stages: Sequence[StageSnapshot],
    models: Sequence[str],
    score: str | None,
    layout: _Layout,
) -> Line:
    worst = next(s for s in _WORST_FIRST if any(stage.status == s for stage in stages))
    mark = layout.screen.mark(worst)
    line = row_head(stages[0].stage, stages[0].order, mark, layout.screen, layout.name)
    if layout.score:
        line.append(
            Span(_GAP + fill(clean(score or "", layout.screen.unicode), layout.score), "dim")
        )
    by_model = {stage.model: stage for stage in stages}
    if None in by_model:  # a stage that runs once for all models
        return [*line, Span(_GAP), *_cell(by_model[None], score, layout)]
    for model in models:
        line.append(Span(_GAP))
        if model in by_model:
            line += _cell(by_model[model], score, layout)
        else:
            line.append(Span(fill("", layout.cell)))
    return line


def _cell(stage: StageSnapshot, score: str | None, layout: _Layout) -> list[Span]:
    mark = layout.screen.mark(stage.status)
    text = stage.status if stage.status in ("crashed", "refused", "interrupted", "running") else ""
    if not text and score is not None and score in stage.scores:
        value = stage.scores[score]
        text = number(value)
        if cells(text) > layout.cell - 2:  # a number that is cut would be another number
            text = f"{value:.1e}"
    return [
        mark,
        Span(fill(cut(f" {text}", layout.cell - 1, layout.screen.unicode), layout.cell - 1)),
    ]
