"""Where a config comes from: a file, or standard input, which is written `-`."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
from weakref import WeakKeyDictionary

from art.config.reading.text import MAX_BYTES, decode, read_file
from art.errors import PathError

STDIN = "-"
NAME = "<stdin>"

_read: WeakKeyDictionary[TextIO, bytes] = WeakKeyDictionary()
"""What was read of standard input: it can be read once, and is asked for more than once."""


@dataclass(frozen=True)
class Source:
    """A config's text and where it is from.

    Attributes:
        text: the config, line ends and byte order mark included.
        name: what people know it by: the file as they named it, or `<stdin>`.
        folder: where a system.cfg beside it would be; for `<stdin>` the working directory.
    """

    text: str
    name: str
    folder: Path


def read_source(path: Path | str) -> Source:
    """Read a config.

    Args:
        path: its file; `-` is standard input.

    Raises:
        PathError: it is missing, a folder, or unreadable.
        ConfigError: it is too large, or no UTF-8 text.
    """
    if str(path) != STDIN:
        path = Path(path)
        return Source(read_file(path), str(path), path.parent)
    stream = sys.stdin
    if stream is None:
        raise PathError(f"{NAME}: it is closed.")
    if stream not in _read:
        _read[stream] = stream.buffer.read(MAX_BYTES + 1)
    return Source(decode(_read[stream], NAME), NAME, Path())
