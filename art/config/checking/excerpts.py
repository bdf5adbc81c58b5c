"""Shows the line of a fault with a caret under the place. Secrets in it stay hidden."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from art.core.secrets import HIDDEN, Secrets, spans
from art.errors import Fault, Location, printable

WIDTH = 96
INDENT = "    "
LONGEST = 2_000
LONGEST_MESSAGE = 1_000
MOST_LINES = 100
MOST_CHARACTERS = 20_000  # of a line that are searched for a word: each fault searches it


def with_excerpts(
    faults: Iterable[Fault], texts: Mapping[str, str], known: Iterable[str] = ()
) -> list[Fault]:
    """Faults with the line that each stands on.

    Args:
        faults: what is wrong.
        texts: the text of each source; an option is its own text.
        known: values that are secrets, and stay hidden wherever they stand.
    """
    secrets = Secrets(known)
    lines: dict[str, list[str]] = {}
    hiding = _Hiding(secrets)
    done = []
    for fault in faults:
        at = fault.location
        excerpt = ""
        if at is not None and at.column:
            if at.source not in lines:
                text = texts.get(at.source, at.source).removeprefix("\ufeff")
                lines[at.source] = text.split("\n")
            at = _at_word(fault.word, at, lines[at.source])
            number = max(at.line, 1) - 1
            if number < len(lines[at.source]):
                excerpt = _excerpt(lines[at.source][: number + 1], at.column - 1, hiding)
        message = secrets.hidden(fault.message)
        if len(message) > LONGEST_MESSAGE:
            message = f"{message[:LONGEST_MESSAGE]}..."
        done.append(replace(fault, message=message, location=at, excerpt=excerpt))
    return done


def _at_word(word: str, at: Location, lines: Sequence[str]) -> Location:
    """The place of a word in the value that begins at a place, if it is there once."""
    if not word:
        return at
    quoted = json.dumps(word, ensure_ascii=False)
    found: list[Location] = []
    first = max(at.line, 1) - 1
    for number in range(first, min(first + MOST_LINES, len(lines))):
        line = lines[number]
        if number > first and line.strip() and not line[0].isspace():
            break  # the next setting
        start = at.column - 1 if number == first else 0
        end = start + MOST_CHARACTERS
        column = line.find(quoted, start, end)
        while column >= 0 and len(found) < 2:
            found.append(Location(at.source, number + 1 if at.line else 0, column + 1))
            column = line.find(quoted, column + 1, end)
    return found[0] if len(found) == 1 else at


class _Hiding:
    """Knows where secrets stand in lines; a line with a thousand faults is searched once.

    Args:
        secrets: the known ones.
    """

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._known: dict[tuple[str, str], list[tuple[int, int]]] = {}

    def around(self, lines: Sequence[str], column: int) -> list[tuple[int, int]]:
        """Where secrets stand in the last line, near a column: it may be a megabyte long."""
        first = max(0, column // MOST_CHARACTERS - 1) * MOST_CHARACTERS
        part = lines[-1][first : first + 3 * MOST_CHARACTERS]
        key = (_of_setting(lines), part)
        if key not in self._known:
            self._known[key] = _secret_spans(*key, self._secrets)
        return [(start + first, stop + first) for start, stop in self._known[key]]


def _excerpt(lines: Sequence[str], column: int, hiding: _Hiding) -> str:
    """The last of some lines, clipped around the column, and a caret under it."""
    line = lines[-1].rstrip("\r")
    start = max(0, column - LONGEST // 2)  # a line may be a megabyte long
    found = [
        (max(first - start, 0), last - start)
        for first, last in hiding.around([*lines[-MOST_LINES:-1], line], column)
        if last > start
    ]
    line, column = line[start : start + LONGEST], column - start
    before, after = _hidden(line, column, found)
    before, after = printable(before.replace("\t", " ")), printable(after.replace("\t", " "))
    room = WIDTH - min(len(after), WIDTH // 2)
    if len(before) > room:
        before = "..." + before[len(before) - room + 3 :]
    if len(before) + len(after) > WIDTH:
        after = after[: WIDTH - len(before) - 3] + "..."
    return f"{INDENT}{before}{after}\n{INDENT}{' ' * _width(before)}^"


def _of_setting(lines: Sequence[str]) -> str:
    """The lines before the last one that belong to the same setting, for the name on the first."""
    first = len(lines) - 1
    while first > max(0, len(lines) - MOST_LINES) and lines[first][:1].isspace():
        first -= 1
    return "".join(f"{line[:LONGEST]}\n" for line in lines[first:-1])


def _secret_spans(before: str, line: str, secrets: Secrets) -> list[tuple[int, int]]:
    """Where secrets stand in a line; what comes before it may say so."""
    named = spans(before + line, config=True)
    found = [(start - len(before), stop - len(before)) for start, stop in named]
    return sorted([*((max(start, 0), stop) for start, stop in found if stop > 0),
                   *secrets.spans(line)])  # fmt: skip


def _hidden(line: str, column: int, found: Sequence[tuple[int, int]]) -> tuple[str, str]:
    """What is shown of a line before and from a column, with secrets as `***`."""
    before, after, end = "", "", 0
    for start, stop in [*found, (len(line), len(line))]:
        if start < end:
            continue
        cut = min(max(column, end), start)
        before, after = before + line[end:cut], after + line[cut:start]
        hidden = HIDDEN if stop > start else ""
        before, after = (before + hidden, after) if stop <= column else (before, after + hidden)
        end = stop
    return before, after


def _width(text: str) -> int:
    """The columns that a text takes on a terminal."""
    return sum(
        0 if unicodedata.combining(character)
        else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )  # fmt: skip
