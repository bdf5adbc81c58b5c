"""The recipe while it runs, drawn in a terminal: every stage with its mark, the running one with
a bar. The methods are those of the observer that `art train` fills."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol

from art.core.record import Record
from art.reporting.progress import UP_TO_DATE, remark_lines
from art.reporting.rows import fit, row_head, score_texts, stage_row
from art.reporting.snapshots import MISSING, StageSnapshot, snapshot_of
from art.reporting.spans import Line, Screen, Span, line_cells
from art.reporting.sparkline import sparkline
from art.reporting.text import cells, clean, duration, fill, number
from art.running.events import NO_VALUES

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.live import Live

REFRESH_HZ = 10
_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_PLAIN_SPINNER = "|/-\\"
_BAR = 20
_CURVE = 48
MOST_VALUES = 960
"""Values of a curve that are kept; of more, every other one."""
_WIDE = 100  # columns; below, the bar is half as long

Key = tuple[str, str | None]


class Planned(Protocol):
    """A stage that is to run."""

    @property
    def name(self) -> str:
        """The stage's name."""
        ...

    @property
    def model(self) -> str | None:
        """The model's name; None where the stage runs once for all."""
        ...


@dataclass
class _Running:
    """What the running stage last said."""

    key: Key
    started: float
    done: float = 0.0
    total: float = 0.0
    text: str = ""
    curves: dict[str, list[float]] = field(default_factory=dict)


class LiveView:
    """Draws the stages in place, ten times a second, until it is left.

    A context manager: however it is left, the cursor is shown again.

    Args:
        console: a rich console on a terminal; all drawing goes there.
        transient: take the picture off the screen at the end, where a report follows it;
            otherwise it stays as ordinary text.
        folder: the project's folder in the run store, to name files.
    """

    def __init__(self, console: Console, *, transient: bool = False, folder: str = "") -> None:
        self.console = console
        self.transient = transient
        self.folder = folder
        self._show_models = False
        self._stages: dict[Key, StageSnapshot] = {}
        self._skipped: set[Key] = set()
        self._running: _Running | None = None
        self._live: Live | None = None

    # What happens, as the observer hears it

    def planned(self, plan: Sequence[Planned]) -> None:
        """The recipe, in order; models are named where there are several."""
        self._show_models = len({p.model for p in plan} - {None}) > 1
        orders = {name: i for i, name in enumerate(dict.fromkeys(p.name for p in plan), start=1)}
        self._stages = {
            (p.name, p.model): StageSnapshot(p.name, orders[p.name], p.model) for p in plan
        }

    def stage_skipped(self, name: str, model: str | None, why: str) -> None:
        """A stage is up to date, or not asked for."""
        self._skipped.add((name, model))
        status = "passed" if why == UP_TO_DATE else MISSING
        self._change((name, model), status=status, error=why)

    def stage_started(self, name: str, model: str | None, order: int, total: int, why: str) -> None:
        """A stage begins; `why` it runs is shown until it says how far it is."""
        self._change((name, model), status="running", order=order)
        self._running = _Running((name, model), time.monotonic(), text=why)

    def stage_progress(
        self,
        name: str,
        model: str | None,
        done: float,
        total: float,
        text: str,
        values: Mapping[str, float] = NO_VALUES,
    ) -> None:
        """How far the running stage is. Cheap: nothing is drawn here."""
        running = self._running
        if running is not None:
            if done < running.done:  # another training run: its curve begins anew
                running.curves = {}
            for one, value in values.items():
                curve = running.curves.setdefault(one, [])
                curve.append(value)
                if len(curve) > MOST_VALUES:
                    del curve[::2]
            running.done = done
            running.total = total
            running.text = text

    def stage_finished(self, record: Record) -> None:
        """A stage left its record."""
        self._running = None
        stage = snapshot_of(record)
        known = self._stages.get((record.stage, record.model))
        order = known.order if known else record.order
        self._stages[record.stage, record.model] = replace(stage, order=order)
        remarks = remark_lines(record, self.folder)
        if remarks and record.status == "passed":  # the report tells of those of a closed gate
            self.note("\n".join([self._label((record.stage, record.model)), *remarks]))

    def note(self, text: str) -> None:
        """A line that stays, above the stages."""
        from rich.text import Text

        self.console.print(Text("\n".join(clean(line) for line in text.splitlines())))

    # The screen

    def __enter__(self) -> LiveView:
        from rich.live import Live

        self._live = Live(
            self,
            console=self.console,
            refresh_per_second=REFRESH_HZ,
            transient=self.transient,
            # What user code prints to this terminal must not tear the picture; what it prints
            # into a pipe or file belongs there.
            redirect_stdout=sys.stdout.isatty(),
            redirect_stderr=sys.stderr.isatty(),
        )
        self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._running is not None:  # left in the middle, by an exception
            self._change(self._running.key, status="interrupted")
            self._running = None
        live, self._live = self._live, None
        if live is not None:
            live.stop()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.text import Text

        screen = Screen(options.max_width, unicode=not options.ascii_only)
        for line in self.lines(screen, height=options.size.height - 1):
            text = Text(no_wrap=True, overflow="crop")
            for span in line:
                text.append(span.text, _RICH[span.style])
            yield text

    def lines(self, screen: Screen, height: int = 1000) -> list[Line]:
        """What the screen shows now, at most `height` lines with the running stage among them."""
        stages = list(self._stages.items())  # a copy: another thread draws
        running = self._running
        name_width = max(
            (cells(clean(self._label(k), screen.unicode)) for k, _ in stages), default=0
        )
        rows = [self._row(key, stage, screen, name_width) for key, stage in stages]
        if len(rows) <= height:
            curves = _curves(running, screen) if running else []
            return [*rows, *(curves if len(rows) + len(curves) <= height else [])]
        current = next(
            (i for i, (key, _) in enumerate(stages) if running and key == running.key), 0
        )
        room = max(height - 2, 1)
        start = min(max(current - room // 2, 0), len(rows) - room)
        above, below = start, len(rows) - start - room
        return [
            [Span(f"  {above} stages above" if above else "", "dim")],
            *rows[start : start + room],
            [Span(f"  {below} stages to come" if below else "", "dim")],
        ]

    def _row(self, key: Key, stage: StageSnapshot, screen: Screen, name_width: int) -> Line:
        shown = replace(stage, stage=self._label(key))
        running = self._running
        if running is not None and running.key == key:
            return self._running_row(shown, running, screen, name_width)
        details = score_texts(stage, screen)
        if key in self._skipped:
            details = [clean(stage.error, screen.unicode) or UP_TO_DATE]
        elif stage.status == "missing":
            details = []
        elif stage.status not in ("passed", "failed"):
            details = [clean(stage.error, screen.unicode) or stage.status]
        return stage_row(shown, screen, name_width=name_width, details=details)

    def _running_row(
        self, stage: StageSnapshot, running: _Running, screen: Screen, name_width: int
    ) -> Line:
        elapsed = time.monotonic() - running.started
        frames = _SPINNER if screen.unicode else _PLAIN_SPINNER
        mark = Span(frames[int(elapsed * REFRESH_HZ) % len(frames)], "busy")
        line: list[Span] = row_head(stage.stage, stage.order, mark, screen, name_width)
        line.append(Span(f"{duration(elapsed):>11}  ", "dim"))
        bar = _BAR if screen.width >= _WIDE else _BAR // 2
        if running.total > 0 and line_cells(line) + bar + 7 <= screen.width:
            line += _bar(running.done / running.total, bar, screen)
        room = screen.width - line_cells(line)
        return [*line, Span(fit([clean(running.text, screen.unicode)], room, screen.unicode))]

    def _label(self, key: Key) -> str:
        name, model = key
        return f"{name} ({model})" if self._show_models and model else name

    def _change(self, key: Key, **values: Any) -> None:
        stage = self._stages.get(key) or StageSnapshot(key[0], len(self._stages) + 1, key[1])
        self._stages[key] = replace(stage, **values)


def _curves(running: _Running, screen: Screen) -> list[Line]:
    """What the running stage measures, drawn: a row a value, below the stages."""
    curves = {name: values for name, values in running.curves.items() if len(values) > 1}
    width = max((cells(clean(name, screen.unicode)) for name in curves), default=0)
    room = min(screen.width - width - 30, _CURVE)
    if room < _BAR // 2:
        return []
    lines: list[Line] = [[]] if curves else []
    drawings = {name: sparkline(v, room, screen.unicode) for name, v in curves.items()}
    longest = max(map(len, drawings.values()), default=0)
    for name, values in curves.items():
        shown = fill(clean(name, screen.unicode), width)
        drawn = fill(drawings[name], longest)
        ends = f"{number(values[0]):>9} ", f" {number(values[-1])}"
        label = Span(f"      {shown} {ends[0]}", "dim")
        lines.append([label, Span(drawn, "busy"), Span(ends[1])])
    return lines


_RICH = {
    "": "",
    "good": "green",
    "bad": "bold red",
    "warn": "yellow",
    "busy": "cyan",
    "dim": "dim",
    "bold": "bold",
}
"""The styles of `spans.ANSI` in rich's words."""


def _bar(share: float, width: int, screen: Screen) -> list[Span]:
    share = min(max(share, 0.0), 1.0)
    full, empty = ("━", "─") if screen.unicode else ("#", "-")
    done = int(share * width)
    return [
        Span(full * done, "busy"),
        Span(empty * (width - done), "dim"),
        Span(f" {share:4.0%}  "),
    ]
