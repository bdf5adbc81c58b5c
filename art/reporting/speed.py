"""Where a training step goes, on a screen or as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from art.reporting.spans import Line, Screen, Span, paint
from art.reporting.text import clean

if TYPE_CHECKING:
    from art.running.speed import Speed

BAR = 24


def render_speed(found: Sequence[Speed], screen: Screen) -> str:
    """A bar a part of a step, for each model."""
    lines: list[Line] = []
    for speed in found:
        lines += [[], *_one(speed, screen)] if lines else _one(speed, screen)
    return paint(lines, screen.colour)


def speed_json(found: Sequence[Speed]) -> list[dict[str, Any]]:
    """What `--json` prints."""
    return [asdict(speed) for speed in found]


def _one(speed: Speed, screen: Screen) -> list[Line]:
    name = f"{clean(speed.model)}: " if speed.model else ""
    rate = f", {speed.batch / speed.seconds:,.0f} samples a second" if speed.batch else ""
    batch = f" on a batch of {speed.batch}" if speed.batch else ""
    lines: list[Line] = [
        [Span(f"{name}a training step takes {_time(speed.seconds)}{batch}{rate}", "bold")],
        [],
    ]
    block = "█" if screen.unicode else "#"
    for part, seconds in speed.parts.items():
        share = seconds / speed.seconds if speed.seconds else 0.0
        bar = block * round(share * BAR)
        text = f"  {part:<10}{_time(seconds):>9} {share:4.0%}  "
        lines.append([Span(text), Span(bar, "busy"), Span(_words(speed, part, bar), "dim")])
    lines += [[], [Span(f"  mean of {speed.steps} steps; other is what Lightning and ART do around "
                        "them", "dim")]]  # fmt: skip
    return lines


def _words(speed: Speed, part: str, bar: str) -> str:
    words = speed.chosen.get(part, "")
    return f"{'  ' if bar else ''}{words}" if words else ""


def _time(seconds: float) -> str:
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1e3:.2f} ms" if seconds >= 1e-4 else f"{seconds * 1e6:.0f} µs"
