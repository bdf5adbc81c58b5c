"""Shows the line of a fault with a caret under the place. Secrets in it stay hidden."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from art.config.secrets import HIDDEN, TOKENS, hide, is_secret
from art.errors import Fault, printable

WIDTH = 96
INDENT = "    "
LONGEST = 2_000
LONGEST_MESSAGE = 1_000
SETTING = re.compile(
    r"""(?<![\w.@-])(?P<key>[\w.@-]+)"?\s*[=:]\s*(?P<value>"(?:[^"\\]|\\.)*"|'[^']*'|[^\s,}\]]+)"""
)


def with_excerpts(faults: Iterable[Fault], texts: Mapping[str, str]) -> list[Fault]:
    """Faults with the line that each stands on.

    Args:
        faults: what is wrong.
        texts: the text of each source; an option is its own text.
    """
    lines: dict[str, list[str]] = {}
    done = []
    for fault in faults:
        at = fault.location
        excerpt = ""
        if at is not None and at.column:
            if at.source not in lines:
                text = texts.get(at.source, at.source).removeprefix("\ufeff")
                lines[at.source] = text.split("\n")
            number = max(at.line, 1) - 1
            if number < len(lines[at.source]):
                excerpt = _excerpt(lines[at.source][number].rstrip("\r"), at.column - 1)
        message = hide(fault.message)
        if len(message) > LONGEST_MESSAGE:
            message = f"{message[:LONGEST_MESSAGE]}..."
        done.append(replace(fault, message=message, excerpt=excerpt))
    return done


def _excerpt(line: str, column: int) -> str:
    """The line, clipped around the column, and a caret under it."""
    start = max(0, column - LONGEST // 2)  # a line may be a megabyte long
    line, column = line[start : start + LONGEST], column - start
    before, after = _hidden(line, column)
    before, after = printable(before.replace("\t", " ")), printable(after.replace("\t", " "))
    room = WIDTH - min(len(after), WIDTH // 2)
    if len(before) > room:
        before = "..." + before[len(before) - room + 3 :]
    if len(before) + len(after) > WIDTH:
        after = after[: WIDTH - len(before) - 3] + "..."
    return f"{INDENT}{before}{after}\n{INDENT}{' ' * _width(before)}^"


def _hidden(line: str, column: int) -> tuple[str, str]:
    """What is shown of a line before and from a column, with secrets as `***`."""
    before, after, end = "", "", 0
    for start, stop in [*sorted({*_secrets(line)}), (len(line), len(line))]:
        if start < end:
            continue
        cut = min(max(column, end), start)
        before, after = before + line[end:cut], after + line[cut:start]
        hidden = HIDDEN if stop > start else ""
        before, after = (before + hidden, after) if stop <= column else (before, after + hidden)
        end = stop
    return before, after


def _secrets(line: str) -> Iterator[tuple[int, int]]:
    for match in TOKENS.finditer(line):
        yield match.span()
    for match in SETTING.finditer(line):
        key = match["key"].rpartition(".")[2]
        if match["value"] != f'"{HIDDEN}"' and is_secret(key, match["value"].strip("\"'")):
            yield match.span("value")


def _width(text: str) -> int:
    """The columns that a text takes on a terminal."""
    return sum(
        0 if unicodedata.combining(character)
        else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )  # fmt: skip
