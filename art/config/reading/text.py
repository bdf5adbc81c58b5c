"""The text of a config: read from its file, and refused where it is no plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from art.core.files import unreadable
from art.core.planted import open_planted
from art.errors import UNSEEN, ConfigError, Fault, Location, PathError, printable

MAX_BYTES = 1_000_000
MARK = "\ufeff"
ENDS = re.compile("\r\n|\n")
MOST = 20
"""So many characters of a text are pointed at; a file with more of them is no text at all."""

_held: dict[Path, str] = {}
"""Files that were reviewed, and what was accepted of each."""

UTF16 = (b"\xff\xfe", b"\xfe\xff")


def hold_to(path: Path, text: str) -> None:
    """From now on, refuse to read anything but this from a file: it is what was reviewed."""
    _held[Path(path).resolve()] = text


def read_file(path: Path, what: str = "config") -> str:
    """The text of a config file, a byte order mark and its line ends included.

    Raises:
        PathError: it is missing, a folder, or unreadable, or was changed since its review.
        ConfigError: it is too large, or no UTF-8 text.
    """
    try:
        with open_planted(path) as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        found = unreadable(path, what, error)
        if what == "config" and "this is a pipe" in found.message:
            found = PathError(
                f"{found.message} To read a config from a pipe, write - for its name."
            )
        raise found from None
    text = decode(data, str(path))
    if _held and _held.get(Path(path).resolve(), text) != text:
        raise PathError(f"{path}: has changed since you reviewed it; none of it was run.")
    return text


def decode(data: bytes, source: str) -> str:
    """The text of a config's bytes.

    Raises:
        ConfigError: there are too many of them, or they are no UTF-8 text.
    """
    first = Location(source, 1, 1)
    if len(data) > MAX_BYTES:
        raise ConfigError([Fault(_too_large(), "", first)])
    if data.startswith(UTF16) or (len(data) > 1 and b"\0" in data[:2]):
        message = "this is UTF-16 text. A config is UTF-8: save it again in that encoding."
        raise ConfigError([Fault(message, "", first)])
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        line = before.rsplit("\n", 1)[-1].removeprefix(MARK)
        at = Location(source, before.count("\n") + 1, len(line) + 1)
        message = f"byte 0x{data[error.start]:02x} is not UTF-8: save the file as UTF-8."
        raise ConfigError([Fault(message, "", at)]) from None


def text_faults(text: str, source: str) -> Iterator[Fault]:
    """Characters that nobody sees, and that make a config mean other than it shows."""
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "replace")) > MAX_BYTES:
        yield Fault(_too_large(), "", Location(source, 1, 1))
        return
    found = 0
    if UNSEEN.search(text.replace("\r\n", "").replace("\n", "").replace("\t", "")) is None:
        return
    for number, line in enumerate(ENDS.split(text.removeprefix(MARK)), start=1):
        for match in UNSEEN.finditer(line):
            if match[0] == "\t":
                continue
            found += 1
            if found > MOST:
                return
            yield Fault(_unseen(match[0]), "", Location(source, number, match.start() + 1))


def _unseen(character: str) -> str:
    kind = (
        "a character that changes the direction of text"
        if "\u200e" <= character <= "\u200f" or "\u202a" <= character <= "\u202e"
        or "\u2066" <= character <= "\u2069" or character == "\u061c"
        else "a control character" if character < "\xa0" else "a character that cannot be seen"
    )  # fmt: skip
    return f"{kind} (U+{ord(character):04X}, {printable(character)}) is not allowed: delete it."


def _too_large() -> str:
    return f"the config is larger than {MAX_BYTES:,} bytes, and none needs to be."
