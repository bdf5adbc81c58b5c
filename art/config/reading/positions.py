"""Finds where everything stands in a config's text: every section, every key, every value.

The rules of lines are those of `configparser`, on which confection stands: `#` and `;` begin a
comment line, an indented line goes on with the value above it, `=` or `:` ends a key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from art.errors import Fault, Location

HEADER = re.compile(r"\[(?P<name>[^\[\]]*)\]\s*(?P<rest>.*)")
KEY = re.compile(r"(?P<key>.*?)\s*[=:]\s*(?P<value>.*)$")
COMMENTS = ("#", ";")
MAX_DEPTH = 64
MAX_FAULTS = 1_000
"""No one reads more mistakes than that; reading stops there."""
MAX_SETTINGS = 10_000

Path = tuple[str, ...]


@dataclass(frozen=True)
class SectionSpan:
    """A section's header.

    Attributes:
        path: `("stages", "overfit")` for `[stages.overfit]`.
        at: where the bracket stands.
    """

    path: Path
    at: Location


@dataclass
class KeySpan:
    """A key with its value's text.

    Attributes:
        section: the path of its section.
        key: its name.
        lines: the value's text, line by line, without indentation.
        at: where the key stands.
        value_at: where the value stands.
        last: the line on which the value ends, counted from 1.
        starts: where each of `lines` stands.
    """

    section: Path
    key: str
    lines: list[str]
    at: Location
    value_at: Location
    last: int
    starts: list[Location] = field(default_factory=list)

    def locate(self, offset: int) -> Location:
        """The place of a character of `text`."""
        for line, at in zip(self.lines, self.starts, strict=False):
            if offset <= len(line):
                return Location(at.source, at.line, at.column + offset)
            offset -= len(line) + 1
        return self.value_at

    @property
    def text(self) -> str:
        """The value as it is written."""
        return "\n".join(self.lines).rstrip()


@dataclass
class Scan:
    """All that stands in a text, in order, repetitions included."""

    sections: list[SectionSpan] = field(default_factory=list)
    keys: list[KeySpan] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def scan(text: str, source: str) -> Scan:
    """Find every section and key of a text.

    Args:
        text: the config; a byte order mark is passed over.
        source: the file as the user named it, for locations.
    """
    return _Scanner(source).read(text.removeprefix("\ufeff"))


class _Scanner:
    def __init__(self, source: str) -> None:
        self._source = source
        self._found = Scan()
        self._section: Path | None = None
        self._key: KeySpan | None = None
        self._indent = 0

    def read(self, text: str) -> Scan:
        for number, line in enumerate(text.split("\n"), start=1):
            if self._is_enough(Location(self._source, number, 1)):
                break
            content = line.strip()
            if content.startswith(COMMENTS):
                continue
            if not content:
                if self._key is not None:
                    self._go_on("", Location(self._source, number, 1))
                continue
            indent = len(line) - len(line.lstrip())
            at = Location(self._source, number, indent + 1)
            if self._key is not None and indent > self._indent:
                self._go_on(content, at)
                self._key.last = number
                continue
            self._indent = indent
            self._take(content, at)
        return self._found

    def _is_enough(self, at: Location) -> bool:
        """Whether to read no further. It bounds the time and memory that any text can take."""
        found = self._found
        if len(found.keys) + len(found.sections) > MAX_SETTINGS:
            self._section = None
            self._fault(f"a config has no more than {MAX_SETTINGS:,} settings.", at)
            return True
        return len(found.faults) >= MAX_FAULTS

    def _go_on(self, content: str, at: Location) -> None:
        """Add a line to the value above it."""
        assert self._key is not None
        self._key.lines.append(content)
        self._key.starts.append(at)

    def _take(self, content: str, at: Location) -> None:
        header = HEADER.match(content)
        if header is not None and not header["rest"].startswith(COMMENTS) and header["rest"]:
            self._skip(f"behind [{_short(header['name'])}] stands '{_short(header['rest'])}'", at)
        elif header is not None:
            self._open(header["name"], at)
        elif content.startswith("["):
            self._skip(f"'{_short(content)}' begins a [section] that no ']' ends", at)
        else:
            self._take_key(content, at)

    def _skip(self, message: str, at: Location) -> None:
        """Say what is wrong with a header; what stands below it belongs nowhere."""
        self._key, self._section = None, ()
        self._fault(f"{message}; what stands below it is not read.", at)

    def _take_key(self, content: str, at: Location) -> None:
        self._key = None
        key = KEY.match(content)
        if key is None or not key["key"]:
            self._fault(
                f"cannot read '{_short(content)}': a line is a [section], a key = value, "
                f"or a # comment.",
                at,
            )
        elif self._section is None:
            self._fault(f"'{key['key']}' stands above the first [section].", at)
        else:
            value_at = Location(at.source, at.line, at.column + key.start("value"))
            name, text = key["key"], key["value"]
            self._key = KeySpan(self._section, name, [text], at, value_at, at.line, [value_at])
            self._found.keys.append(self._key)

    def _open(self, name: str, at: Location) -> None:
        path = tuple(part.strip() for part in name.split("."))
        self._key = None
        self._section = path
        if not all(path) or len(path) > MAX_DEPTH:
            why = f"more than {MAX_DEPTH} levels" if all(path) else "names joined by single dots"
            self._section = ()  # what stands in it is read, and belongs nowhere
            self._fault(f"[{_short(name)}] is not a section name: {why}.", at)
            return
        self._found.sections.append(SectionSpan(path, at))

    def _fault(self, message: str, at: Location) -> None:
        section = ".".join(self._section or ())
        self._found.faults.append(Fault(message, section, at))


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."
