"""What is found of a program that is given as objects: an object that shows itself."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from art.reporting.examination import counted, crash_lines, finding_lines
from art.reporting.soundness_html import page_of
from art.reporting.spans import Line, Screen, Span, paint
from art.reporting.text import clean, duration, wrap

if TYPE_CHECKING:
    from art.running.examination import Finding, StageExamination

NARROWEST, WIDEST = 40, 100


class Unjudged(NamedTuple):
    """A probe that could not judge the program, and why."""

    probe: str
    reason: str


@dataclass(frozen=True, repr=False)
class Soundness:
    """What `art.check` finds of a program. It shows itself in a terminal and in a notebook.

    Attributes:
        name: the module's.
        stages: what each stage that looked at the program found, with the measurements of the
            data as tables.
        seconds: what it took.
    """

    name: str
    stages: tuple[StageExamination, ...]
    seconds: float = 0.0

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong, certain faults before suspicions, each with evidence and remedy; what
        several probes find is there once."""
        every = [finding for stage in self.stages for finding in stage.findings]
        every.sort(key=lambda finding: finding.severity != "block")
        found: dict[tuple[str, str], Finding] = {}
        for finding in every:
            found.setdefault((finding.cause, finding.where), finding)
        return tuple(found.values())

    @property
    def faults(self) -> tuple[Finding, ...]:
        """The findings that are certain."""
        return tuple(finding for finding in self.findings if finding.severity == "block")

    @property
    def suspicions(self) -> tuple[Finding, ...]:
        """The findings that may be meant so."""
        return tuple(finding for finding in self.findings if finding.severity != "block")

    @property
    def crashes(self) -> tuple[StageExamination, ...]:
        """The stages in which the program itself raised something."""
        return tuple(stage for stage in self.stages if stage.crashed)

    @property
    def sound(self) -> bool:
        """Whether nothing crashed and no fault is certain; suspicions there may be."""
        return not self.faults and not self.crashes

    @property
    def not_judged(self) -> tuple[Unjudged, ...]:
        """What could not be judged, and why."""
        tables = [stage.tables.get("not_judged", ((), ())) for stage in self.stages]
        return tuple(Unjudged(*map(str, row)) for _, rows in tables for row in rows)

    @property
    def looked_for(self) -> tuple[str, ...]:
        """The probes that found nothing wrong."""
        return tuple(dict.fromkeys(one.probe for stage in self.stages for one in stage.sound))

    @property
    def verdict(self) -> str:
        """`1 fault, 2 suspicions`; `no fault found` where there is nothing."""
        counts = (
            counted(len(self.crashes), "crash", "crashes"),
            counted(len(self.faults), "fault", "faults"),
            counted(len(self.suspicions), "suspicion", "suspicions"),
        )
        return ", ".join(count for count in counts if count) or "no fault found"

    def __str__(self) -> str:
        """The whole report as text, as wide as the terminal."""
        return self.render(Screen(_width()))

    __repr__ = __str__

    def __rich_console__(self, console: Any, options: Any) -> Iterator[Any]:
        """The report in colours, where rich prints it."""
        from rich.text import Text

        yield Text.from_ansi(self.render(Screen(options.max_width, colour=True)))

    def _repr_html_(self) -> str:
        """The report in a notebook."""
        return page_of(self)

    def render(self, screen: Screen) -> str:
        """The report for a screen."""
        return paint(self._lines(screen), screen.colour)

    def where_of(self, finding: Finding) -> str:
        """The stage that found it."""
        return next(stage.stage for stage in self.stages if finding in stage.findings)

    def _lines(self, screen: Screen) -> Iterator[Line]:
        style = "bad" if not self.sound else "warn" if self.findings else "good"
        yield [
            Span(clean(self.name, screen.unicode), "bold"),
            Span(f"  {self.verdict}", style),
            Span(f"  ({duration(self.seconds)})", "dim"),
        ]
        for stage in self.crashes:
            yield from ([], *crash_lines(stage, stage.stage, screen))
        for finding in self.findings:
            yield from ([], *finding_lines(finding, self.where_of(finding), screen))
        if self.looked_for:
            said = counted(len(self.looked_for), "probe", "probes")
            yield from ([], [screen.mark("passed"), Span(f" {said} found no fault", "good")])
            yield from _listed(", ".join(map(_short, self.looked_for)), screen)
        if self.not_judged:
            said = counted(len(self.not_judged), "probe", "probes")
            yield from ([], [screen.mark("missing"), Span(f" {said} could not judge", "dim")])
            for probe, reason in self.not_judged:
                yield from _listed(f"{_short(probe)}: {reason}", screen)


def _short(probe: str) -> str:
    """`LossDomain`, as `allow` takes it, of `art.LossDomain.v1`."""
    return probe.removeprefix("art.").removesuffix(".v1")


def _listed(text: str, screen: Screen) -> Iterator[Line]:
    for line in wrap(text, screen.width - 2, screen.unicode):
        yield [Span("  "), Span(line, "dim")]


def _width() -> int:
    return max(NARROWEST, min(shutil.get_terminal_size().columns, WIDEST))
