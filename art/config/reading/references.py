"""`${section.key}`: how a value refers to another, and how it is looked up.

A bare `${a.b}` is the value itself, of whatever type, and a section's name gives a copy of the
section. Inside a longer or quoted string it is text. `$$` is a plain `$`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from art.config.layering.layers import Places, get, walk
from art.config.reading.positions import MAX_FAULTS, Path
from art.errors import Fault, nearest

REFERENCE = re.compile(r"\$\{([\w.:@-]+)\}")
TOKEN = re.compile(r"\$\$|\$\{([\w.:@-]+)\}")
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')

OPEN = re.compile(r"\$\{")

MAX_VALUES = 50_000
MAX_TEXT = 200_000
MAX_TOTAL = 5_000_000
MAX_DEPTH = 64
MOST_HINTS = 50
MAX_NESTED = 150
"""Deeper than any value without references can be; Python's own limit is not far above it."""


def _loads(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):  # no JSON: it stays the text that it is
        return None


def _keep_quotes(value: str) -> str:
    return json.dumps(value, ensure_ascii=False) if REFERENCE.search(value) else value


def mark_quoted(string: str) -> str:
    """A JSON string; one that holds a reference keeps its quotes, and so stays text."""
    value = _loads(string)
    return json.dumps(_keep_quotes(value)) if isinstance(value, str) else string


def escape(value: Any) -> Any:
    """A value whose strings refer to nothing when they are read again."""
    if isinstance(value, str):
        return value.replace("$", "$$")
    if isinstance(value, Mapping):
        return {key: escape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [escape(item) for item in value]
    return value


@dataclass
class Resolved:
    """A config in which every reference was looked up.

    Attributes:
        values: the values.
        sources: by path, the name behind a bare reference.
        broken: paths whose reference leads nowhere.
        faults: what is wrong with them.
    """

    values: dict[str, Any]
    sources: dict[Path, str] = field(default_factory=dict)
    broken: set[Path] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)


def resolve(
    values: dict[str, Any], places: Places, unread: Collection[Path] = frozenset()
) -> Resolved:
    """Look up every reference. Bounded: a config cannot make values grow without end.

    Args:
        values: the values.
        places: where they stand.
        unread: paths of values that could not be read; of references to them nothing is said.
    """
    walker = _Walker(values, places, unread)
    walker.found.broken |= set(unread)
    walker.found.values = walker.value(values, ())
    return walker.found


def resolve_one(values: dict[str, Any], path: Path) -> Any:
    """The value at one path with its references looked up; None where they lead nowhere."""
    walker = _Walker(values, Places())
    result = walker.value(get(values, path), path)
    return None if walker.found.faults else result


class _Broken(Exception):  # noqa: N818 - it never leaves this module
    """A reference that leads nowhere; the message says why."""


class _Walker:
    def __init__(
        self, values: dict[str, Any], places: Places, unread: Collection[Path] = frozenset()
    ) -> None:
        self.found = Resolved({})
        self._unread = unread
        self._values = values
        self._places = places
        self._active: list[Path] = []
        self._count = 0
        self._total = 0
        self._depth = 0
        self._known: list[str] | None = None

    def value(self, value: Any, path: Path) -> Any:
        """The value with its references looked up."""
        if self._active:
            self._count += 1
        if isinstance(value, dict | list):
            return self._container(value, path)
        if not isinstance(value, str) or "$" not in value:
            return value
        try:
            return self._text(value, path)
        except _Broken as error:
            if self._active:
                raise
            self.found.broken.add(path)
            if len(self.found.faults) >= MAX_FAULTS or not str(error):
                return None
            at = self._places.value(path)
            self.found.faults.append(Fault(f"{path[-1]}: {error}", ".".join(path[:-1]), at))
            return None

    def _container(self, value: Any, path: Path) -> Any:
        self._depth += 1
        try:
            if self._active and self._depth > MAX_NESTED:
                raise _Broken("its references grow without end.")
            if isinstance(value, list):
                return [self.value(item, path) for item in value]
            return {key: self.value(item, (*path, key)) for key, item in value.items()}
        finally:
            self._depth -= 1

    def _text(self, text: str, path: Path) -> Any:
        bare = REFERENCE.fullmatch(text)
        if bare is not None:
            if not self._active:
                self.found.sources.setdefault(path, bare[1])
            return self._look_up(bare[1], path)
        if text[:1] == '"' and isinstance(_loads(text), str):
            text = _loads(text)
        _refuse_open(text)
        text = TOKEN.sub(lambda match: self._piece(match, path), text)
        self._total += len(text)
        if len(text) > MAX_TEXT or self._total > MAX_TOTAL:
            raise _Broken(f"its references make a text of more than {MAX_TEXT:,} characters.")
        return text

    def _piece(self, match: re.Match[str], path: Path) -> str:
        if match[0] == "$$":
            return "$"
        value = self._look_up(match[1], path)
        if value is None:
            raise _Broken(
                f"its text needs ${{{match[1]}}}, which is null: set it with --{match[1]}=..."
            )
        if isinstance(value, dict | list):
            raise _Broken(
                f"${{{match[1]}}} is not a single value, and cannot be put inside a text."
            )
        return value if isinstance(value, str) else json.dumps(value)

    def _look_up(self, name: str, path: Path) -> Any:
        target = self._target(name, path)
        if target in self._unread:
            raise _Broken
        if target in self._active:
            chain = " -> ".join(".".join(item) for item in (*self._active, target))
            raise _Broken(f"${{{name}}} leads back to itself: {chain}.")
        if self._count > MAX_VALUES or len(self._active) >= MAX_DEPTH:
            raise _Broken("its references grow without end.")
        self._active.append(target)
        try:
            return self.value(get(self._values, target), target)
        finally:
            self._active.pop()

    def _target(self, name: str, path: Path) -> Path:
        """The path that a name means; one without a dot is of the same section, or a section."""
        target = tuple(name.replace(":", ".").split("."))
        beside = (*path[:-1], *target)
        if len(target) == 1 and beside != path and self._has(beside):
            return beside
        if not self._has(target):
            near = self._near(".".join(target))
            raise _Broken(f"${{{name}}} leads nowhere.{near}")
        return target

    def _has(self, path: Path) -> bool:
        missing = object()
        return get(self._values, path, missing) is not missing

    def _near(self, name: str) -> str:
        """The setting or section that a name was probably meant to be."""
        if len(self.found.faults) >= MOST_HINTS:
            return ""  # each takes milliseconds
        if self._known is None:
            paths = (path for path, _ in walk(self._values) if path[-1][:1] != "@")
            self._known = [*map(".".join, islice(paths, 1_000)), *self._values]
        match = nearest(name, self._known)
        return f" Did you mean '{match}'?" if match else ""


def _refuse_open(text: str) -> None:
    """`${` that begins no reference: not closed, empty, or with odd characters in it."""
    left = TOKEN.sub(lambda match: " " * len(match[0]), text)
    found = OPEN.search(left)
    if found is None:
        return
    end = left.find("}", found.start())
    if end < 0:
        raise _Broken("'${' begins a reference that no '}' ends; for the text itself write '$${'.")
    shown = left[found.start() : end + 1]
    shown = shown if len(shown) <= 40 else f"{shown[:37]}..."
    raise _Broken(
        f"{shown} is not a reference: a setting is ${{section.key}}, a section ${{section}}; "
        f"for the text itself write '$${{'."
    )
