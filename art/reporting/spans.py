"""Lines as data: pieces of text with a style, painted last and in one place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from art.errors import printable
from art.reporting.text import cells

ANSI = {
    "good": "32",
    "bad": "1;31",
    "warn": "33",
    "busy": "36",
    "dim": "2",
    "bold": "1",
}
"""Styles by name, as parameters of the ANSI escape `CSI ... m`."""


class Span(NamedTuple):
    """A piece of a line; `style` is a key of `ANSI` or empty."""

    text: str
    style: str = ""


Line = Sequence[Span]


@dataclass(frozen=True)
class Screen:
    """What the text is for.

    Attributes:
        width: columns.
        colour: whether escapes may be written.
        unicode: whether the encoding has marks and dashes beyond ASCII.
    """

    width: int = 80
    colour: bool = False
    unicode: bool = True

    def mark(self, status: str) -> Span:
        """The sign of a status, `missing` among them."""
        fancy, plain, style = MARKS[status]
        return Span(fancy if self.unicode else plain, style)


MARKS = {
    "passed": ("✓", "+", "good"),
    "failed": ("✗", "x", "bad"),
    "refused": ("!", "!", "bad"),
    "crashed": ("!", "!", "bad"),
    "interrupted": ("~", "~", "warn"),
    "running": ("▸", ">", "busy"),
    "missing": ("·", ".", "dim"),
    "outdated": ("○", "o", "dim"),
}
"""By status: the sign, the sign in ASCII, the style."""


def paint(lines: Iterable[Line], colour: bool) -> str:
    """The text of lines, with ANSI escapes only where `colour`; no space at a line's end."""
    return "\n".join(_paint_line(line, colour) for line in lines)


def line_cells(line: Line) -> int:
    """How many columns a line takes."""
    return sum(cells(span.text) for span in line)


def _paint_line(line: Line, colour: bool) -> str:
    # whatever came from a record that somebody else wrote is visible here, also where a caller
    # has forgotten it
    texts = [t if t.isprintable() else printable(t) for t in (span.text for span in line)]
    if not colour:
        return "".join(texts).rstrip()
    return "".join(
        f"\x1b[{ANSI[span.style]}m{text}\x1b[0m" if span.style else text
        for span, text in zip(line, texts, strict=True)
    ).rstrip()
