"""Settings from outside files: the command line, the environment, and Python."""

from __future__ import annotations

import io
import json
import shlex
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from art.config.checking.excerpts import with_excerpts
from art.config.layering.layers import Entry, Layer
from art.config.names import ORDER
from art.config.reading.positions import MAX_DEPTH, MAX_FAULTS, Path
from art.config.reading.text import MAX_BYTES, text_faults
from art.config.reading.values import read_value
from art.core.secrets import HIDDEN, hide, is_secret
from art.errors import UNSEEN, ConfigError, Fault, Location, did_you_mean, printable

VARIABLE = "ART_CONFIG_OVERRIDES"


@dataclass(frozen=True)
class Override:
    """One setting from outside a file.

    Attributes:
        path: its section and key.
        value: a JSON value.
        at: the option as it was given, or the place in the variable.
        value_at: where its value stands.
    """

    path: Path
    value: Any
    at: Location
    value_at: Location | None = None

    @property
    def name(self) -> str:
        """The dotted name."""
        return ".".join(self.path)


@dataclass(frozen=True)
class _Word:
    """A word of a command line: an option or a value.

    Attributes:
        text: without the shell's quotes.
        at: where it begins in a variable; None where it is an option of its own.
    """

    text: str
    at: Location | None = None


def parse_overrides(args: Sequence[str], sections: Sequence[str] = ORDER) -> list[Override]:
    """Read `--section.key=value` and `--section.key value`; values are JSON, else strings.

    Args:
        args: the options.
        sections: the first names that they may have.

    Raises:
        ConfigError: an option that is no setting, or that has no value; all of them at once.
    """
    found, faults = _read([_Word(text) for text in args], sections)
    if faults:
        raise ConfigError(with_excerpts(faults, {}))
    return found


def options_layer(args: Sequence[str]) -> Layer:
    """Options of the command line as a layer."""
    return _layer("the command line", *_read([_Word(text) for text in args]))


def environment_layer(environ: Mapping[str, str]) -> Layer:
    """The settings in `ART_CONFIG_OVERRIDES`, written as on the command line, as a layer."""
    text = environ.get(VARIABLE, "")
    if len(text) > MAX_BYTES:
        faults = list(text_faults(text, VARIABLE))
        return _layer(VARIABLE, [], faults, text)
    words, faults = _words(text)
    found, wrong = _read(words)
    return _layer(VARIABLE, found, [*faults, *wrong], text)


def _words(text: str) -> tuple[list[_Word], list[Fault]]:
    """The words of a variable, as a shell would cut them, each with its place."""
    stream = io.StringIO(text)
    lexer = shlex.shlex(stream, posix=True)
    lexer.whitespace_split, lexer.commenters = True, ""
    words: list[_Word] = []
    start = 0
    while True:
        start += len(text) - start - len(text[start:].lstrip()) if start < len(text) else 0
        at = Location(VARIABLE, text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start))
        try:
            token = lexer.get_token()
        except ValueError as error:
            return words, [Fault(f"cannot be read: {error}.", "", at)]
        if token is None:
            return words, []
        words.append(_Word(token, at))
        start = stream.tell()


def mapping_layer(settings: Mapping[str, Any], source: str) -> Layer:
    """Settings by dotted name, from Python, as a layer."""
    found: list[Override] = []
    faults: list[Fault] = []
    at = Location(source)
    for name, value in settings.items():
        path = tuple(str(name).split("."))
        fault = _wrong(f"--{name}", path, has_value=True)
        try:
            plain = json.loads(json.dumps(value, default=_plain, allow_nan=False))
        except (TypeError, ValueError, RecursionError) as error:
            plain, fault = None, fault or f"'{name}' is not a JSON value: {error}."
        if fault:
            faults.append(Fault(fault, "", at))
        else:
            found.append(Override(path, plain, at))
    return _layer(source, found, faults)


def _read(
    words: Sequence[_Word], sections: Sequence[str] = ORDER
) -> tuple[list[Override], list[Fault]]:
    """What can be read of options, and what is wrong with the others."""
    found: list[Override] = []
    faults: list[Fault] = []
    rest = deque(words)
    while rest and len(faults) < MAX_FAULTS:
        word = rest.popleft()
        name, equals, text = word.text.partition("=")
        behind = rest[0] if rest else None
        if not equals and behind is not None and not behind.text.startswith("--"):
            text, equals = rest.popleft().text, "="
        else:
            behind = None
        path = tuple(name.removeprefix("--").split("."))
        at, value_at = _places(word, behind, path, name, text if equals else None)
        message = _wrong(name, path, bool(equals), sections)
        if message:
            start = replace(at, column=word.at.column if word.at else 1)
            faults.append(Fault(message, "", start))
            continue
        unseen = UNSEEN.search(word.text.replace("\t", "") + text.replace("\t", ""))
        value, problem = read_value(text, in_file=False)
        if unseen is not None:
            message = f"{name}: {printable(unseen[0])} is a character that no setting has."
            faults.append(Fault(message, "", value_at))
        elif problem is not None:
            section = ".".join(path[:-1])
            faults.append(Fault(f"{path[-1]}: {problem.message}", section, value_at))
        else:
            found.append(Override(path, value, at, value_at))
    return found, faults


def _layer(
    source: str, overrides: Sequence[Override], faults: Sequence[Fault], text: str = ""
) -> Layer:
    entries = [Entry(one.path, one.value, one.at, one.value_at or one.at) for one in overrides]
    return Layer(source, {}, entries, list(faults), text=text)


def _wrong(name: str, path: Path, has_value: bool, sections: Sequence[str] = ORDER) -> str:
    """What is wrong with an option; empty where nothing is."""
    if not name.startswith("--") or name == "--":
        return f"'{_short(name)}' is not an option: settings are written --section.key=value."
    if path[0] not in sections:
        return f"unknown section '{_short(path[0])}'.{did_you_mean(path[0], sections)}"
    if len(path) < 2 or not all(path):
        return f"'{_short(name)}' names no setting: settings are --section.key=value."
    if len(path) > MAX_DEPTH:
        return f"'{_short(name)}' has more than {MAX_DEPTH} levels."
    return "" if has_value else f"'{_short(name)}' needs a value: {_short(name)}=value."


def _places(
    word: _Word, behind: _Word | None, path: Path, name: str, text: str | None
) -> tuple[Location, Location]:
    """Where an option's last name stands, and its value."""
    key = len(name) - len(path[-1])
    if word.at is not None:
        at = replace(word.at, column=word.at.column + key)
        value_at = behind.at if behind is not None else None
        return at, value_at or replace(word.at, column=word.at.column + len(name) + 1)
    shown = name
    if text is not None:
        shown = f"{name}={HIDDEN if is_secret(path[-1], text) else hide(text)}"
    shown = _short(shown, len(name) + 200)
    return Location(shown, 0, key + 1), Location(shown, 0, min(len(name) + 2, len(shown)))


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[: most - 3]}..."


def _plain(value: Any) -> Any:
    if isinstance(value, PurePath):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not a JSON type")
