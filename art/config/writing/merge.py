"""Merges two changed copies of a config key by key, as `art get --update` and `art update` need.

Your text is kept: its comments, its order, its spelling. Of theirs comes what they changed since
the common base and you did not. What both changed differently stays yours, and is listed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from art.config.reading.lines import Addition, Lines
from art.config.reading.positions import KeySpan, Path
from art.config.reading.values import read_value
from art.config.writing.edit import remove, remove_section, set_written

Keys = Mapping[str, str]
"""A section's values as they are written, by key."""


@dataclass(frozen=True)
class Change:
    """One setting, or one section, in the three copies.

    Attributes:
        path: the setting, `("optimizer", "lr")`, or the section, where all of it is one change.
        base, yours, theirs: how it is written there; None where it is absent. A section is written
            as its settings, one a line.
    """

    path: Path
    base: str | None
    yours: str | None
    theirs: str | None

    @property
    def name(self) -> str:
        """The dotted name."""
        return ".".join(self.path)


@dataclass(frozen=True)
class Merged:
    """What came of a merge.

    Attributes:
        text: your config with their changes.
        conflicts: what both changed, differently; in `text` it is yours.
        taken: what was taken of theirs.
    """

    text: str
    conflicts: tuple[Change, ...] = ()
    taken: tuple[Change, ...] = ()


def merge(base: str, yours: str, theirs: str) -> Merged:
    """Merge by key.

    A block whose registered function one side changed is one change as a whole: the settings of
    one function mean nothing to another. Where you changed nothing, the result is theirs to the
    byte; where they changed nothing, yours.

    Args:
        base: what both started from.
        yours: your copy.
        theirs: the new version.
    """
    if yours == theirs or theirs == base:
        return Merged(yours)
    return _Merger(base, yours, theirs).merge()


@dataclass
class _Merger:
    base_text: str
    yours_text: str
    theirs_text: str
    conflicts: list[Change] = field(default_factory=list)
    taken: list[Change] = field(default_factory=list)
    removed: list[Path] = field(default_factory=list)

    def merge(self) -> Merged:
        self.text = self.yours_text
        self.theirs = Lines(self.theirs_text)
        base, yours = Lines(self.base_text), Lines(self.yours_text)
        self.yours_has = {path[:n] for path in yours.headers for n in range(1, len(path) + 1)}
        self.yours_keys, self.base_headers = yours.keys, base.headers
        copies = [_sections(lines) for lines in (base, yours, self.theirs)]
        for section in dict.fromkeys(path for copy in copies for path in copy):
            self._section(section, *(copy.get(section) for copy in copies))
        for section in self.removed:
            self._remove(section, yours)
        text = self.theirs_text if self.yours_text == self.base_text else self.text
        return Merged(text, tuple(self.conflicts), tuple(self.taken))

    def _section(
        self, path: Path, base: Keys | None, yours: Keys | None, theirs: Keys | None
    ) -> None:
        if _same_keys(theirs, base) or _same_keys(theirs, yours):
            return
        if yours is None or theirs is None or _functions_differ(base, yours, theirs):
            self._whole(path, base, yours, theirs)
            return
        before = base or {}
        for key in dict.fromkeys([*before, *theirs]):
            self._key((*path, key), before.get(key), yours.get(key), theirs.get(key))

    def _whole(
        self, path: Path, base: Keys | None, yours: Keys | None, theirs: Keys | None
    ) -> None:
        """A section that is there or not, or whose function changed: all of it or nothing."""
        change = Change(path, *(_written(keys) for keys in (base, yours, theirs)))
        if not _same_keys(yours, base) or self._stands_against(path):
            self.conflicts.append(change)
            return
        self.taken.append(change)
        if theirs is None:
            self.removed.append(path)
        elif yours is None:
            self._add_section(path)
        else:
            for key in [key for key in yours if key not in theirs]:
                self.text = remove(self.text, (*path, key))
            for key in theirs:
                self._put((*path, key), yours.get(key), theirs[key])

    def _key(self, path: Path, base: str | None, yours: str | None, theirs: str | None) -> None:
        if _same(theirs, base) or _same(theirs, yours):
            return
        change = Change(path, base, yours, theirs)
        if not _same(yours, base) or (yours is None and path in self.yours_has):
            self.conflicts.append(change)
            return
        self.taken.append(change)
        if theirs is None:
            self.text = remove(self.text, path)
        else:
            self._put(path, yours, theirs)

    def _put(self, path: Path, yours: str | None, theirs: str) -> None:
        if yours is not None:
            self.text = set_written(self.text, path, theirs.split("\n"))
            return
        lines = Lines(self.text)
        added = self._with_comments(self.theirs.keys[path])
        self.text = lines.add([Addition(lines.ends[path[:-1]], added, is_section=False)])

    def _add_section(self, path: Path) -> None:
        header = self.theirs.headers[path]
        first = self.theirs.above_comments(header)
        added = [self.theirs.line(number) for number in range(first, header + 1)]
        for key, span in self.theirs.keys.items():
            if key[:-1] == path:
                added += self._with_comments(span)
        lines = Lines(self.text)
        place = lines.place(path, _order(self.theirs))
        self.text = lines.add([Addition(place, added, is_section=True)])

    def _with_comments(self, span: KeySpan) -> list[str]:
        """A setting of theirs as lines, with the comments that touch it from above."""
        first = span.at.line
        while self.theirs.is_comment(first - 1):
            first -= 1
        comments = [self.theirs.line(number) for number in range(first, span.at.line)]
        value, *more = span.text.split("\n")
        return [*comments, f"{span.key} = {value}", *(f"    {line}" for line in more)]

    def _stands_against(self, path: Path) -> bool:
        """Whether you have a value where a section is to stand, or deleted the one around it."""
        outer = [path[:length] for length in range(1, len(path) + 1)]
        deleted = (one in self.base_headers and one not in self.yours_has for one in outer[:-1])
        return any(one in self.yours_keys for one in outer[1:]) or any(deleted)

    def _remove(self, path: Path, yours: Lines) -> None:
        inner = [one for one in yours.headers if one[: len(path)] == path]
        if all(one in self.removed for one in inner):
            self.text = remove_section(self.text, path)
            return
        for key in [key for key in yours.keys if key[:-1] == path]:  # sections inside it stay
            self.text = remove(self.text, key)


def _sections(lines: Lines) -> dict[Path, dict[str, str]]:
    """Every section in order, with its values as they are written."""
    found: dict[Path, dict[str, str]] = {path: {} for path in _order(lines)}
    for path, span in sorted(lines.keys.items(), key=lambda item: item[1].at.line):
        if path[:-1] in found:  # what stands below a faulty header belongs nowhere
            found[path[:-1]][path[-1]] = span.text
    return found


def _order(lines: Lines) -> Sequence[Path]:
    return sorted(lines.headers, key=lambda path: lines.headers[path])


def _functions_differ(*copies: Keys | None) -> bool:
    functions = [dict(_functions(keys)) for keys in copies if keys is not None]
    return any(one != functions[0] for one in functions)


def _functions(keys: Keys) -> Iterator[tuple[str, str]]:
    return ((key, value) for key, value in keys.items() if key.startswith("@"))


def _same_keys(one: Keys | None, other: Keys | None) -> bool:
    if one is None or other is None:
        return one is other
    return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)


def _same(one: str | None, other: str | None) -> bool:
    """Whether two values are the same, perhaps written in other ways: 1e-3 is 0.001."""
    if one is None or other is None or one == other:
        return one == other
    (value, problem), (another, trouble) = read_value(one), read_value(other)
    if problem or trouble:
        return False
    return json.dumps(value, sort_keys=True) == json.dumps(another, sort_keys=True)


def _written(keys: Keys | None) -> str | None:
    return None if keys is None else "\n".join(f"{key} = {value}" for key, value in keys.items())
