"""What is found of a program, for a notebook: HTML that needs nothing but itself."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from art.reporting.examination import counted
from art.reporting.text import clean, duration

if TYPE_CHECKING:
    from art.reporting.soundness import Soundness
    from art.running.examination import Finding

# a colour each that can be read on white and on black; all other text has the notebook's own
RED, AMBER, GREEN = "#d1383d", "#b97800", "#2a8a3e"
BOX = "margin:.6em 0;padding:.1em .9em .3em;border-left:4px solid {colour}"
LABEL = "padding:.1em 1em .1em 0;opacity:.65;vertical-align:top;text-align:left;white-space:nowrap"
CELL = "padding:.1em 0;text-align:left;white-space:normal"


def page_of(found: Soundness) -> str:
    """The report as a part of a page; whatever a program says of itself is escaped."""
    colour = RED if not found.sound else AMBER if found.findings else GREEN
    parts = [
        '<div style="font-family:system-ui,sans-serif;max-width:60em;line-height:1.45">',
        f'<div style="font-size:1.15em"><b>{_text(found.name)}</b> '
        f'<span style="color:{colour};font-weight:600">{_text(found.verdict)}</span> '
        f'<span style="opacity:.65">{duration(found.seconds)}</span></div>',
    ]
    for stage in found.crashes:
        rows = (("Error", stage.crashed), ("Where", stage.at))
        parts.append(_box(RED, f"{stage.stage} crashed", rows))
    for finding in found.findings:
        parts.append(_finding(finding, found.where_of(finding)))
    parts += _details(found)
    return "".join([*parts, "</div>"])


def _finding(finding: Finding, stage: str) -> str:
    is_fault = finding.severity == "block"
    cause = finding.cause if is_fault else f"Suspicion: {finding.cause}"
    rows = (
        ("Where", finding.where),
        ("Evidence", finding.evidence),
        ("Remedy", finding.remedy),
        ("Found by", f"{finding.found_by} in {stage}"),
    )
    return _box(RED if is_fault else AMBER, cause, rows)


def _box(colour: str, title: str, rows: tuple[tuple[str, str], ...]) -> str:
    cells = "".join(
        f'<tr style="background:none"><td style="{LABEL}">{label}</td>'
        f'<td style="{CELL}">{_text(text)}</td></tr>'
        for label, text in rows
        if text
    )
    return (
        f'<div style="{BOX.format(colour=colour)}"><b>{_text(title)}</b>'
        f'<table style="border:none;margin:.2em 0;color:inherit;font:inherit">{cells}</table></div>'
    )


def _details(found: Soundness) -> Iterator[str]:
    """What was looked for, and what could not be judged; folded up."""
    if found.looked_for:
        names = ", ".join(found.looked_for)
        yield _folded(
            f"{counted(len(found.looked_for), 'probe', 'probes')} found no fault", _text(names)
        )
    if found.not_judged:
        items = "".join(f"<li>{_text(probe)}: {_text(why)}</li>" for probe, why in found.not_judged)
        yield _folded(
            f"{counted(len(found.not_judged), 'probe', 'probes')} could not judge",
            f"<ul>{items}</ul>",
        )


def _folded(title: str, content: str) -> str:
    return f"<details><summary>{title}</summary><div>{content}</div></details>"


def _text(text: str) -> str:
    return escape(clean(text))
