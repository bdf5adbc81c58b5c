"""A gate that closed, on one screen: what failed, by how much, what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePath

from art.core.record import CheckResult, Record, Suspected
from art.reporting.measured import measured_text
from art.reporting.snapshots import StageSnapshot, snapshot_of
from art.reporting.spans import Line, Screen, Span, line_cells, paint
from art.reporting.suspicions import MOST, cause_of, evidence_of, more_of, suspected_by
from art.reporting.text import cells, clean, cut, duration, fill, wrap

_AFTER = "once that is changed; what passed is kept"
_LABEL = 9
_SHOWN = 6  # more failed checks or warnings than this are counted, not listed


def render_gate(
    record: Record,
    command: str,
    width: int = 80,
    colour: bool = False,
    *,
    unicode: bool = True,
    folder: str = "",
) -> str:
    """The block that `art train` ends with where a check failed or a stage crashed.

    Args:
        record: the stage's record, as read from the store.
        command: what to run after the fault is mended.
        width: columns of the terminal. Paths and the command are never broken, so that they can
            be copied.
        colour: whether ANSI escapes may be used.
        unicode: whether the encoding can show marks beyond ASCII.
        folder: the project's folder in the run store, to name the log and figures.
    """
    screen = Screen(width, colour, unicode)
    return paint(gate_lines(snapshot_of(record), command, screen, folder), colour)


def gate_lines(stage: StageSnapshot, command: str, screen: Screen, folder: str) -> list[Line]:
    """The lines of `render_gate`."""
    lines: list[Line] = [*_title(stage, screen), []]
    if stage.status in ("refused", "crashed"):
        error = stage.error or "no message; the traceback is in the log"
        label = "Refused" if stage.status == "refused" else "Error"
        lines += _entry(label, "bad", error, screen)
    for check in stage.failed_checks[:_SHOWN]:
        lines += _check("Failed", "bad", check, screen)
    lines += _more(len(stage.failed_checks), screen)
    for check in stage.warnings[:_SHOWN]:
        found = suspected_by(check, stage)
        lines += (
            _suspected(check, found, stage, screen, folder)
            if found
            else _check("Warning", "warn", check, screen)
        )
    lines += _more(len(stage.warnings), screen)
    told = " ".join(check.message.lower() for check in stage.failed_checks)
    for note in stage.notes:
        if note.lower().rstrip(".") not in told:
            lines += _entry("Noted", "dim", note, screen)
    lines += [[], *_places(stage, screen, folder)]
    if command:
        line = [_label("Next", "good", screen), Span(clean(command, screen.unicode))]
        why = f"  {_AFTER}"
        if line_cells(line) + cells(why) <= screen.width:
            line.append(Span(why, "dim"))
        lines.append(line)
    return lines


def _title(stage: StageSnapshot, screen: Screen) -> Iterable[Line]:
    happened = {
        "failed": "gate closed",
        "refused": "refused",
        "crashed": "crashed",
        "interrupted": "interrupted",
    }.get(stage.status, stage.status)
    model = f" for {stage.model}" if stage.model else ""
    text = f"{stage.order} {stage.stage}{model}: {happened} after {duration(stage.seconds)}"
    mark = screen.mark(stage.status)
    first, *rest = wrap(text, max(screen.width - 2, 10), screen.unicode)
    yield [mark, Span(" "), Span(first, "bold")]
    for line in rest:
        yield [Span("  "), Span(line, "bold")]


def _check(label: str, style: str, check: CheckResult, screen: Screen) -> list[Line]:
    lines = _entry(label, style, f"{check.name}: {measured_text(check)}", screen)
    if check.message and check.severity == "block":
        lines += _entry("", "", check.message, screen)
    if check.hint:
        lines += _entry("Hint", "busy", check.hint, screen)
    return lines


def _suspected(
    check: CheckResult,
    found: Sequence[Suspected],
    stage: StageSnapshot,
    screen: Screen,
    folder: str,
) -> list[Line]:
    """What probes suspect, with the evidence; what to change is in the table."""
    lines: list[Line] = []
    for one in found[:MOST]:
        lines += _entry("Warning", "warn", cause_of(one), screen)
        lines += _entry("", "", evidence_of(one), screen)
    more = more_of(check, len(found[:MOST]), stage, folder)
    return [*lines, [_label("", "", screen), Span(clean(more, screen.unicode))]] if more else lines


def _entry(label: str, style: str, text: str, screen: Screen) -> list[Line]:
    first, *rest = wrap(text, max(screen.width - _LABEL - 2, 10), screen.unicode)
    lines: list[Line] = [[_label(label, style, screen), Span(first)]]
    return lines + [[_label("", "", screen), Span(line)] for line in rest]


def _places(stage: StageSnapshot, screen: Screen, folder: str) -> list[Line]:
    if not stage.folder:
        return []
    run = PurePath(folder, stage.folder)
    lines: list[Line] = [_place("Log", str(run / "log.txt"), screen)]
    for name in ("figures", "tables"):
        if any(path.startswith(f"{name}/") for path in stage.artifacts.values()):
            lines.append(_place(name.capitalize(), str(run / name), screen))
    return lines


def _place(label: str, path: str, screen: Screen) -> Line:
    return [_label(label, "dim", screen), Span(clean(path, screen.unicode))]


def _more(count: int, screen: Screen) -> list[Line]:
    hidden = count - _SHOWN
    return [[_label("", "", screen), Span(f"and {hidden} more", "dim")]] if hidden > 0 else []


def _label(text: str, style: str, screen: Screen) -> Span:
    return Span("  " + fill(cut(text, _LABEL, screen.unicode), _LABEL), style)
