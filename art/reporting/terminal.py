"""The state of the recipe on one screen of a terminal."""

from __future__ import annotations

from art.reporting.gate import gate_lines
from art.reporting.ranking import ranking_lines
from art.reporting.remarks import STOPPED, remark_lines_of
from art.reporting.rows import score_texts, stage_row
from art.reporting.snapshots import Report, StageSnapshot
from art.reporting.spans import Line, Screen, Span, line_cells, paint
from art.reporting.table import model_table
from art.reporting.text import cells, clean, cut
from art.reporting.verdict import CONFIG, next_lines, verdict_lines


def render_report(
    report: Report,
    width: int = 80,
    colour: bool = False,
    *,
    unicode: bool = True,
    config: str = CONFIG,
    remedies: bool = True,
) -> str:
    """The verdict, a line a stage or a table of stages and models, each closed gate, what is next.

    Args:
        report: what to show.
        width: columns of the terminal; 40 are enough, 80 are better.
        colour: whether ANSI escapes may be used.
        unicode: whether the encoding can show marks beyond ASCII.
        config: what `art train` was given, options included.
        remedies: say what to do about each suspicion however many there are; else, of more than
            a few, which command says it.
    """
    screen = Screen(max(width, 30), colour, unicode)
    lines: list[Line] = [_title(report, screen), *_verdict(report, screen), []]
    if not report.stages:
        lines.append([Span("  no records yet", "dim")])
    elif len(report.models) > 1:
        lines += model_table(report, screen)
        lines += ranking_lines(report, screen)
    else:
        lines += _stage_list(report, screen)
    for stage in report.stages:
        if stage.status in STOPPED:
            lines += [[], *gate_lines(stage, f"art train {config}", screen, report.folder)]
    lines += remark_lines_of(report, screen, remedies=remedies)
    lines += next_lines(report, screen, config)
    return paint(lines, colour)


def _verdict(report: Report, screen: Screen) -> list[Line]:
    lines = verdict_lines(report, screen)
    return [[], *lines] if lines else []


def _title(report: Report, screen: Screen) -> Line:
    passed = sum(stage.status == "passed" for stage in report.stages)
    count = f"{passed} of {len(report.stages)} passed"
    models = report.models
    model = models[0] if len(models) == 1 else f"{len(models)} models" if models else ""
    name = cut(clean(report.project, screen.unicode), screen.width - cells(count) - 2)
    line = [Span(name, "bold")]
    shown = f"  {clean(model, screen.unicode)}"
    if model and line_cells(line) + cells(shown) + 2 + cells(count) <= screen.width:
        line.append(Span(shown, "dim"))
    gap = max(screen.width - line_cells(line) - cells(count), 2)
    return [*line, Span(" " * min(gap, 80)), Span(count)]


def _stage_list(report: Report, screen: Screen) -> list[Line]:
    name_width = max(cells(clean(name, screen.unicode)) for name in report.names)
    return [
        stage_row(stage, screen, name_width=name_width, details=_details(stage, screen))
        for stage in report.stages
    ]


def _details(stage: StageSnapshot, screen: Screen) -> list[str]:
    """What stands at the end of a stage's row, most telling first."""
    if stage.status == "missing":
        return ["not yet run"]
    if stage.status == "outdated":
        return ["ran before a stage above it ran again"]
    if stage.status in ("crashed", "refused") and stage.error:
        return [clean(stage.error, screen.unicode)]
    if stage.status in ("interrupted", "running"):
        return [clean(stage.progress, screen.unicode) or stage.status]
    return score_texts(stage, screen)
