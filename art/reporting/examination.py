"""What `art debug data` and `art debug model` found, on a screen or as JSON."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from art.reporting.spans import Line, Screen, Span, line_cells, paint
from art.reporting.text import cells, clean, cut, fill, number, wrap

if TYPE_CHECKING:
    from art.running.examination import Examination, Finding, StageExamination

MOST_ROWS = 20
"""A longer table is shown by its first rows; JSON has them all."""

_LABEL = 10
_GAP = "  "


def render_examination(found: Examination, screen: Screen) -> str:
    """The tables, what is wrong with its evidence and remedy, and what was found in order.

    The verdict stands above, and what is wrong below the tables, next to the prompt.
    """
    lines: list[Line] = [_title(found, screen)]
    several = len({stage.model for stage in found.stages}) > 1
    for stage in found.stages:
        for name, (headings, rows) in stage.tables.items():
            lines += [[], *_table(name, headings, rows, screen)]
    for severity in ("block", "warn"):
        for stage in found.stages:
            for finding in stage.findings:
                if finding.severity == severity:
                    lines += [[], *finding_lines(finding, _stage(stage, several), screen)]
    for stage in found.stages:
        if stage.crashed:
            lines += [[], *crash_lines(stage, _stage(stage, several), screen)]
    lines += _in_order(found, screen)
    return paint(lines, screen.colour)


def examination_json(found: Examination) -> dict[str, Any]:
    """What `--json` prints; a number that is not finite is null."""
    stages = []
    for stage in found.stages:
        content = asdict(stage)
        tables = {n: {"headings": [*h], "rows": [*r]} for n, (h, r) in stage.tables.items()}
        stages.append({**content, "tables": tables})
    content = {
        "project": found.project,
        "subject": found.subject,
        "name": found.name,
        "exit_code": found.exit_code,
        "faults": len(found.faults),
        "stages": stages,
    }
    made: dict[str, Any] = _plain(content)
    return made


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _title(found: Examination, screen: Screen) -> Line:
    """`digits  art.Digits.v1: 1 fault, 2 suspicions`."""
    findings = [finding for stage in found.stages for finding in stage.findings]
    faults = len(found.faults)
    crashes = sum(bool(stage.crashed) for stage in found.stages)
    counts = [
        counted(crashes, "crash", "crashes"),
        counted(faults, "fault", "faults"),
        counted(len(findings) - faults, "suspicion", "suspicions"),
    ]
    said = ", ".join(count for count in counts if count) or "no fault found"
    style = "bad" if faults or crashes else "warn" if findings else "good"
    name = clean(found.name, screen.unicode)
    line = [Span(clean(found.project, screen.unicode), "bold"), Span(f"{_GAP}{name}", "dim")]
    if line_cells(line) + len(_GAP) + cells(said) > screen.width:
        line = [Span(cut(line[0].text, screen.width - cells(said) - 2, screen.unicode), "bold")]
    return [*line, Span(_GAP), Span(said, style)]


def counted(count: int, one: str, more: str) -> str:
    """`1 fault`, `2 faults`, and an empty text for none."""
    return f"{count} {one if count == 1 else more}" if count else ""


# Tables


def _table(
    name: str, headings: Sequence[str], rows: Sequence[Sequence[Any]], screen: Screen
) -> Iterator[Line]:
    """A table with its numbers to the right and its words to the left; columns without any content
    are left out."""
    kept = [i for i in range(len(headings)) if i == 0 or any(row[i] is not None for row in rows)]
    texts = [[_cell(row[i], screen) for i in kept] for row in rows[:MOST_ROWS]]
    heads = [clean(str(headings[i]), screen.unicode) for i in kept]
    widths = [max(map(cells, column)) for column in zip(heads, *texts, strict=True)]
    widths[0] = min(widths[0], max(screen.width - 2 - sum(w + 2 for w in widths[1:]), 8))
    words = [any(isinstance(row[i], str) for row in rows) for i in kept]
    yield [Span(clean(name, screen.unicode).replace("_", " ").capitalize(), "bold")]
    before = 2 + sum(w + len(_GAP) for w in widths[:-1])
    room = max(screen.width - before, 16) if len(widths) > 1 and words[-1] else None
    yield _row(heads, widths, words, "dim", screen)
    for row in texts:
        first, *rest = (wrap(row[-1], room, screen.unicode) or [""]) if room else [row[-1]]
        yield _row([*row[:-1], first], widths, words, "", screen)
        yield from ([Span(" " * before + more)] for more in rest)
    if len(rows) > MOST_ROWS:
        yield [Span(f"  and {len(rows) - MOST_ROWS} more; --json has them all", "dim")]


def _row(
    texts: Sequence[str], widths: Sequence[int], words: Sequence[bool], style: str, screen: Screen
) -> Line:
    first = fill(cut(texts[0], widths[0], screen.unicode), widths[0])
    rest = ""
    for text, width, of_words in zip(texts[1:], widths[1:], words[1:], strict=True):
        padding = " " * (width - cells(text))
        rest += _GAP + (text + padding if of_words else padding + text)
    return [Span(f"  {first}{rest.rstrip() if words[-1] else rest}", style)]


def _cell(value: Any, screen: Screen) -> str:
    if value is None or isinstance(value, int | float):
        return number(value)
    return clean(str(value), screen.unicode)


# Findings


def finding_lines(finding: Finding, stage: str, screen: Screen) -> Iterator[Line]:
    """What is wrong, where, the evidence, the remedy, and who found it in which stage."""
    is_fault = finding.severity == "block"
    mark = screen.mark("failed") if is_fault else Span("!", "warn")
    yield from _headed(mark, finding.cause, screen)
    found_by = f"{finding.found_by} in {stage}"
    for label, style, text in (
        ("Where", "dim", finding.where),
        ("Evidence", "dim", finding.evidence),
        ("Remedy", "busy", finding.remedy),
        ("Found by", "dim", found_by),
    ):
        if text:
            yield from _entry(label, style, text, screen)


def crash_lines(stage: StageExamination, name: str, screen: Screen) -> Iterator[Line]:
    """What ended a stage, and the line of the user's code in which it did."""
    yield from _headed(screen.mark("crashed"), f"{name} crashed", screen)
    yield from _entry("Error", "bad", stage.crashed, screen)
    if stage.at:
        yield from _entry("Where", "dim", stage.at, screen)


def _stage(stage: StageExamination, several: bool) -> str:
    return f"{stage.stage} for {stage.model}" if several and stage.model else stage.stage


def _headed(mark: Span, text: str, screen: Screen) -> Iterator[Line]:
    first, *rest = wrap(text, max(screen.width - 2, 10), screen.unicode)
    yield [mark, Span(" "), Span(first, "bold")]
    yield from ([Span(_GAP), Span(line, "bold")] for line in rest)


def _entry(label: str, style: str, text: str, screen: Screen) -> Iterator[Line]:
    room = max(screen.width - _LABEL - 2, 10)
    for number_, line in enumerate(wrap(text, room, screen.unicode)):
        yield [Span(_GAP + fill("" if number_ else label, _LABEL), style), Span(line)]


# What is in order


def _in_order(found: Examination, screen: Screen) -> Iterator[Line]:
    """The probes and checks that found nothing, so that it is seen what was looked for."""
    probes = dict.fromkeys(
        (clean(one.probe, screen.unicode), clean(one.cost, screen.unicode))
        for stage in found.stages
        for one in stage.sound
    )
    checks = dict.fromkeys(check.name for stage in found.stages for check in stage.passed)
    if probes:
        yield []
        yield _passed(len(probes), "probe", "found no fault", screen)
        yield from _columns(probes, screen)
    if checks:
        yield []
        yield _passed(len(checks), "check", "holds" if len(checks) == 1 else "hold", screen)
        for line in wrap(", ".join(checks), screen.width - 2, screen.unicode):
            yield [Span(_GAP), Span(line, "dim")]


def _passed(count: int, what: str, said: str, screen: Screen) -> Line:
    return [screen.mark("passed"), Span(f" {counted(count, what, f'{what}s')} {said}", "good")]


def _columns(pairs: Iterable[tuple[str, str]], screen: Screen) -> Iterator[Line]:
    listed = list(pairs)
    width = max(cells(name) for name, _ in listed)
    for name, cost in listed:
        room = screen.width - width - 4
        if room < 12:
            yield [Span(_GAP), Span(cut(name, screen.width - 2, screen.unicode))]
            continue
        first, *rest = wrap(cost, room, screen.unicode)
        yield [Span(_GAP + fill(name, width) + _GAP), Span(first, "dim")]
        yield from ([Span(" " * (width + 4)), Span(line, "dim")] for line in rest)
