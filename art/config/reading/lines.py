"""A config's text as lines: which belong to what, and where something new can stand."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from art.config.names import ORDER
from art.config.reading.positions import COMMENTS, KeySpan, Path, scan

MARK = "\ufeff"


@dataclass(frozen=True)
class Addition:
    """Lines to add.

    Attributes:
        after: the line behind which they go, counted from 1; 0 for the top.
        lines: without indentation and line ends.
        is_section: they are a section of its own, and no settings of the one above.
    """

    after: int
    lines: Sequence[str]
    is_section: bool


class Lines:
    """A config's lines, each with its end, and where its sections and keys are.

    Args:
        text: the config. A byte order mark stays the first thing in the file.

    Attributes:
        ending: how a line ends in that text.
    """

    def __init__(self, text: str) -> None:
        self.mark = MARK if text.startswith(MARK) else ""
        *whole, last = text.removeprefix(MARK).split("\n")
        self.lines = [f"{line}\n" for line in whole] + ([last] if last else [])
        self.ending = "\r\n" if any(line.endswith("\r\n") for line in self.lines) else "\n"
        found = scan(text, "")
        self.headers = {span.path: span.at.line for span in reversed(found.sections)}
        self.keys: dict[Path, KeySpan] = {(*k.section, k.key): k for k in reversed(found.keys)}
        self._all_headers = sorted(span.at.line for span in found.sections)
        self._all_keys = sorted(found.keys, key=lambda key: key.at.line)
        self._key_lines = [key.at.line for key in self._all_keys]

    @property
    def text(self) -> str:
        """The config."""
        return self.mark + "".join(self.lines)

    @cached_property
    def ends(self) -> dict[Path, int]:
        """The last line of each section's last value, or its header's."""
        ends = dict(self.headers)
        for key in self._all_keys:
            if key.section in ends:
                ends[key.section] = max(ends[key.section], key.last)
        return ends

    def line(self, number: int) -> str:
        """A line without blanks around it; empty past the end."""
        return self.lines[number - 1].strip() if 0 < number <= len(self.lines) else ""

    def is_comment(self, number: int) -> bool:
        """Whether a line is a comment."""
        return self.line(number).startswith(COMMENTS)

    def with_comments(self, end: int) -> int:
        """The end of a section with the comments that follow it at once; those that touch the
        next header are the next section's."""
        at = end
        while self.is_comment(at + 1):
            at += 1
        return end if self.line(at + 1) else at

    def above_comments(self, header: int) -> int:
        """The first line of the comments that touch a header from above, or the header's."""
        while self.is_comment(header - 1):
            header -= 1
        return header

    def place(self, path: Path, order: Sequence[Path] | None = None) -> int:
        """The line behind which a new section goes; 0 for the top.

        Args:
            path: the section.
            order: all sections in the order of writing; by default beside its kin, else where
                its first name stands in the order of sections.
        """
        ends = self.ends
        for earlier in self._before(path, order):
            if earlier in ends:
                return self.with_comments(ends[earlier])
        if not self._all_headers:
            return len(self.lines)
        return self.above_comments(self._all_headers[0]) - 1

    def _before(self, path: Path, order: Sequence[Path] | None) -> Iterable[Path]:
        """Sections that stand above a new one, the nearest first."""
        if order is not None:
            return reversed(order[: order.index(path)] if path in order else order)
        down = sorted(self.headers, key=lambda other: self.headers[other], reverse=True)
        kin = [[other for other in down if other[:length] == path[:length]]
               for length in range(len(path) - 1, 0, -1)]  # fmt: skip
        earlier = [other for other in down if _rank(other) < _rank(path)]
        earlier.sort(key=_rank, reverse=True)
        return [*(other for group in kin for other in group), *earlier]

    def add(self, additions: Iterable[Addition]) -> str:
        """The text with more lines; a blank one stands above and below every new section."""
        by_line: dict[int, list[Addition]] = {}
        for addition in sorted(additions, key=lambda one: one.is_section):
            by_line.setdefault(addition.after, []).append(addition)
        done: list[str] = []
        for number in range(len(self.lines) + 1):
            if number:
                done.append(self.lines[number - 1])
            for addition in by_line.get(number, ()):
                self._append(done, addition)
            sections = any(one.is_section for one in by_line.get(number, ()))
            if sections and self.line(number + 1):
                done.append(self.ending)
        return self.mark + "".join(done)

    def _append(self, done: list[str], addition: Addition) -> None:
        if done and not done[-1].endswith("\n"):
            done[-1] += self.ending
        if addition.is_section and done and done[-1].strip():
            done.append(self.ending)
        indent = self.indent(addition.after, addition.is_section)
        done += [f"{indent}{line}".rstrip() + self.ending for line in addition.lines]

    def indent(self, number: int, is_section: bool) -> str:
        """The indentation of what is added behind a line.

        It must be no deeper than that of the key above, and no shallower than that of the line
        below: else one of them would go on with the value of another.
        """
        header = _last(self._all_headers, number)
        key = _last(self._key_lines, number)
        above = [key] if key > header else []
        below = next((n for n in range(number + 1, len(self.lines) + 1) if self._content(n)), 0)
        most, least = self._indent_of(key if above else 0), self._indent_of(below)
        for line in (header, *above) if is_section else (*above, header):
            indent = self._indent_of(line)
            if len(least) <= len(indent) and (not above or len(indent) <= len(most)):
                return indent
        return most if above else least

    def _indent_of(self, number: int) -> str:
        line = self.lines[number - 1] if number else ""
        return line[: len(line) - len(line.lstrip())]

    def _content(self, number: int) -> bool:
        return bool(self.line(number)) and not self.is_comment(number)


def settings_lines(settings: Mapping[str, str]) -> list[str]:
    """Settings whose values are written already."""
    return [f"{key} = {value}" for key, value in settings.items()]


def _last(lines: Sequence[int], number: int) -> int:
    """The last of `lines`, which are sorted, that comes no later than the given one; else 0."""
    count = bisect_right(lines, number)
    return lines[count - 1] if count else 0


def _rank(path: Path) -> int:
    return ORDER.index(path[0]) if path[0] in ORDER else len(ORDER)
