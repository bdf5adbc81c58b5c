"""What warns without stopping anything and what was not judged, below a report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from art.core.record import CheckResult
from art.reporting.measured import measured_text
from art.reporting.snapshots import OUTDATED, Report, StageSnapshot
from art.reporting.spans import Line, Screen, Span
from art.reporting.suspicions import (
    MOST,
    cause_of,
    evidence_of,
    more_of,
    reasons_of,
    suspected_by,
    unjudged,
)
from art.reporting.text import clean, wrap

STOPPED = ("failed", "refused", "crashed")
"""The ends of a stage that tell of its warnings themselves."""
FEW = 2
"""Up to this many suspicions, the end of a run shows their remedies too."""
MOST_SET_ASIDE = 5
"""Unreadable records that are told one by one; of more, the number."""


def remark_lines_of(report: Report, screen: Screen, *, remedies: bool) -> list[Line]:
    """Each warning with its evidence, each reason why nothing was judged, unreadable records.

    Args:
        report: what is shown above.
        screen: what the text is for.
        remedies: say what to do about each suspicion however many there are; else, of more than
            a few, which command says it.
    """
    several = len(report.models) > 1
    remedies |= _suspicions(report) <= FEW
    lines: list[Line] = []
    left_out = False
    reasons: dict[str, list[tuple[str, bool]]] = {}  # one often holds for several stages
    for stage in report.stages:
        if stage.status in (*STOPPED, OUTDATED):
            continue
        name = f"{stage.stage}{f' for {stage.model}' if several and stage.model else ''}"
        for check in stage.warnings:
            lines += _warning(name, check, stage, report.folder, screen, remedies)
            left_out |= bool(suspected_by(check, stage)) and not remedies
        for reason in stage.notes or reasons_of(stage):
            reasons.setdefault(reason, []).append((name, unjudged(stage)))
    for reason, told in reasons.items():
        lines += _remark(Span("  - ", "dim"), _said_of(reason, told), screen)
    for text in _set_aside(report):
        lines += _remark(Span("  ! ", "warn"), text, screen)
    if left_out:
        command = f"art report {report.folder}"
        lines += [[], [Span("  What to do about each: ", "dim"), Span(clean(command))]]
    return [[], *lines] if lines else []


def _suspicions(report: Report) -> int:
    shown = [stage for stage in report.stages if stage.status not in (*STOPPED, OUTDATED)]
    return sum(len(suspected_by(check, s)[:MOST]) for s in shown for check in s.warnings)


def _said_of(reason: str, told: Sequence[tuple[str, bool]]) -> str:
    """A reason with the stages that it holds for, and whether they judged nothing for it."""
    names = ", ".join(name for name, _ in told)
    if reason.startswith("nothing was judged") or not any(idle for _, idle in told):
        return f"{names}: {reason}"
    idle = [name for name, idle in told if idle]
    if len(idle) == len(told):
        return f"{names}: nothing was judged: {reason}"
    return f"{names}: {reason} Nothing was judged in {', '.join(idle)}."


def _set_aside(report: Report) -> Iterator[str]:
    for message in report.set_aside[:MOST_SET_ASIDE]:
        yield f"unreadable record {message}"
    if len(report.set_aside) > MOST_SET_ASIDE:
        yield f"{len(report.set_aside)} records could not be read, these among them"


def _warning(
    name: str,
    check: CheckResult,
    stage: StageSnapshot,
    folder: str,
    screen: Screen,
    remedies: bool,
) -> Iterator[Line]:
    """Of probes each suspicion with its evidence; else what was measured, and the hint."""
    mark = Span("  ! ", "warn")
    found = suspected_by(check, stage)
    for one in found[:MOST]:
        yield from _remark(mark, f"{name}: {cause_of(one)}", screen)
        yield from _remark(Span("    "), evidence_of(one), screen, style="dim")
        if remedies and one.remedy:
            yield from _remark(Span("    "), one.remedy, screen)
    more = more_of(check, len(found[:MOST]), stage, folder) if found else ""
    if more:
        yield [Span("    "), Span(clean(more, screen.unicode), "dim")]
    if not found:
        text = f"{name}: {check.name} {measured_text(check)}. "
        told = check.hint or (check.message if check.value is None else "")
        yield from _remark(mark, f"{text}{told}", screen)


def _remark(mark: Span, text: str, screen: Screen, style: str = "") -> Iterator[Line]:
    first, *rest = wrap(text, screen.width - 4, screen.unicode)
    yield [mark, Span(first, style)]
    yield from ([Span("    "), Span(more, style)] for more in rest)
