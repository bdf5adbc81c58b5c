"""Small texts: numbers, durations, and words from disk made safe for a terminal."""

from __future__ import annotations

import math
import unicodedata

from art.errors import printable

LONGEST = 20_000
"""Characters of a text that are wrapped."""


def number(value: float | str | None) -> str:
    """A number with four significant digits; whole numbers and those up to a million whole.

    >>> number(0.95555), number(1257.0), number(2.302585), number(float("nan"))
    ('0.9556', '1257', '2.303', 'nan')
    """
    if value is None:
        return "-"
    if isinstance(value, str):
        return clean(value)
    if math.isfinite(value) and 1000 <= abs(value) < 1e9:
        return f"{value:.0f}"
    return f"{value:.4g}"


def duration(seconds: float) -> str:
    """A time for people.

    >>> duration(3.14), duration(42.3), duration(185), duration(7500)
    ('3.1 s', '42 s', '3 min 05 s', '2 h 05 min')
    """
    if not math.isfinite(seconds) or seconds < 0:
        return "-"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60:02d} min"


def clean(text: str, unicode: bool = True) -> str:
    r"""One line of text that cannot command a terminal.

    What a record or a folder's name says is untrusted: an escape sequence in it could repaint
    the screen, a bidirectional mark could turn a line around. Both are shown, as `\x1b`.

    Args:
        text: any text.
        unicode: False where the terminal's encoding is ASCII: other letters are escaped too.
    """
    if not text.isprintable():
        text = "".join(_visible(letter) for letter in text)
    text = printable(text)  # a filler counts as printable, and cannot be seen
    return text if unicode else text.encode("ascii", "backslashreplace").decode()


def cells(text: str) -> int:
    """How many columns a text takes in a terminal."""
    if text.isascii():
        return len(text)
    return sum(_cells_of(letter) for letter in text)


def cut(text: str, width: int, unicode: bool = True) -> str:
    """The text in at most `width` columns, with a sign of what was cut."""
    if cells(text) <= width:
        return text
    sign = "…" if unicode else ".."
    room = width - len(sign)
    if room < 1:
        return sign[: max(width, 0)]
    kept: list[str] = []
    for letter in text:
        room -= _cells_of(letter)
        if room < 0:
            break
        kept.append(letter)
    return "".join(kept).rstrip() + sign


def fill(text: str, width: int) -> str:
    """The text with spaces up to `width` columns."""
    return text + " " * (width - cells(text))


def wrap(text: str, width: int, unicode: bool = True) -> list[str]:
    """The text in lines of at most `width` columns, broken between words; safe as by `clean`.

    Of a text that nobody reads to its end only the beginning is taken: a record that was planted
    may hold megabytes.
    """
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]} ... and {len(text) - LONGEST:,} characters more"
    lines: list[str] = []
    for paragraph in text.strip().split("\n"):
        line = ""
        for word in clean(paragraph, unicode).split():
            if line and cells(line) + 1 + cells(word) > width:
                lines.append(line)
                line = ""
            line = f"{line} {word}" if line else word
            while cells(line) > width > 0:  # a word longer than a line
                head = _head(line, width)
                lines.append(head)
                line = line[len(head) :]
        lines.append(line)
    return lines


def _head(text: str, width: int) -> str:
    used = 0
    for i, letter in enumerate(text):
        used += _cells_of(letter)
        if used > width and i:
            return text[:i]
    return text


def _visible(letter: str) -> str:
    if letter.isprintable():
        return letter
    if unicodedata.category(letter) == "Zs":
        return " "
    return letter.encode("unicode_escape").decode()


def _cells_of(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
