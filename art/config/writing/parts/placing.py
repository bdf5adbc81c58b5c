"""Puts lines into a config's text and takes them out again, so that the one undoes the other.

A text does not remember how it was, so what is put in is laid out in one way only: a blank line
above a new section where the line above it is followed by one, none where sections touch. A file
without a line end at its end stays so.
"""

from __future__ import annotations

from collections.abc import Sequence

from art.config.reading.lines import Lines
from art.config.reading.positions import Path


def put_section(text: str, path: Path, added: Sequence[str], order: Sequence[Path]) -> str:
    """Add a section behind those that stand before it in an order.

    Args:
        text: the config.
        path: the section.
        added: its lines, comments and header included.
        order: sections in the order of writing, the new one among them.
    """
    lines = Lines(text)
    after = lines.place(path, order)
    while after and not lines.line(after):
        after -= 1
    indent = lines.indent(after, True)
    new = [f"{indent}{line}".rstrip() for line in added]
    if not after:
        return put_lines(text, 0, [*new, ""] if lines.lines else new)
    apart = not lines.line(after + 1) if after < len(lines.lines) else _is_spaced(lines)
    return put_lines(text, after, ["", *new] if apart or lines.is_comment(after) else new)


def put_lines(text: str, after: int, added: Sequence[str]) -> str:
    """Add lines, as they are, behind a line, counted from 1; 0 is the top."""
    lines = Lines(text)
    new = [f"{line}{lines.ending}" for line in added]
    if after == len(lines.lines) and after and not lines.lines[-1].endswith("\n"):
        lines.lines[-1] += lines.ending
        new[-1] = new[-1].removesuffix(lines.ending)
    lines.lines[after:after] = new
    return lines.text


def take_lines(text: str, first: int, last: int) -> str:
    """Remove lines, from the first to the last, counted from 1."""
    lines = Lines(text)
    open_end = last == len(lines.lines) and not lines.lines[-1].endswith("\n")
    del lines.lines[first - 1 : last]
    if open_end and lines.lines:
        lines.lines[-1] = lines.lines[-1].removesuffix("\n").removesuffix("\r")
    return lines.text


def take_section(text: str, path: Path) -> str:
    """Remove one section, not those inside it, with its comments and the blank line that sets it
    apart."""
    lines = Lines(text)
    first, last = section_lines(lines, path)
    if first > 1 and not lines.line(first - 1) and not lines.line(last + 1):
        first -= 1
    elif first == 1 and last < len(lines.lines) and not lines.line(last + 1):
        last += 1
    return take_lines(text, first, last)


def section_lines(lines: Lines, path: Path) -> tuple[int, int]:
    """The first and the last line of a section, with the comments that are its own."""
    return lines.above_comments(lines.headers[path]), lines.with_comments(lines.ends[path])


def section_text(text: str, path: Path) -> list[str]:
    """A section's lines, without indentation and line ends."""
    lines = Lines(text)
    first, last = section_lines(lines, path)
    return [lines.line(number) for number in range(first, last + 1)]


def _is_spaced(lines: Lines) -> bool:
    """Whether a file sets its sections apart; one that has a single section does."""
    later = sorted(lines.headers.values())[1:]
    above = [lines.above_comments(header) - 1 for header in later]
    return not above or any(not lines.line(number) for number in above)
