"""Unpacks gzip files that others made: a small one may hold more than the memory does."""

from __future__ import annotations

import gzip
import os
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import Any

from art.core.memory import free_memory
from art.errors import DataError

RATIO = 100
"""Times that a file may grow. A table of few words grows 20 to 60 times, and gzip's own limit, for
a file of one byte over and over, is 1,032."""
HARMLESS = 1 << 30
"""Bytes that may come out whatever the ratio is."""
BLOCK = 1 << 20


def unpacked(path: Path, file: Any) -> BufferedReader:
    """What a gzip file holds, unpacked as it is read.

    Args:
        path: the file, for messages.
        file: the same, opened for reading bytes.

    Raises:
        DataError: while it is read: more came out than `HARMLESS` and than `RATIO` times its size,
            or more than memory is free.
    """
    return BufferedReader(_Counted(path, file), BLOCK)


class _Counted(RawIOBase):
    """Counts what comes out, and stops where it is too much.

    Args:
        path, file: as for `unpacked`.
    """

    def __init__(self, path: Path, file: Any) -> None:
        self._path = path
        self._packed = os.fstat(file.fileno()).st_size
        self._inner = gzip.GzipFile(fileobj=file, mode="rb")
        self._most = max(HARMLESS, RATIO * self._packed)
        self._free = free_memory()
        self._count = 0

    def readable(self) -> bool:
        """It is, as the base class wants to know."""
        return True

    def readinto(self, buffer: Any) -> int:
        """The next bytes; see the base class.

        Raises:
            DataError: as for `unpacked`.
        """
        count = self._inner.readinto(buffer)
        self._count += count
        if self._count > self._most:
            raise DataError(
                f"{self._path}: {self._packed:,} bytes that unpack to more than {self._most:,}, "
                f"{RATIO} times as many: made to fill the memory, or damaged. If you trust it, "
                f"unpack it with gunzip first."
            )
        if self._free and self._count > self._free:
            raise DataError(
                f"{self._path}: it unpacks to more than the {self._free:,} bytes of memory that "
                f"are free. Split it, or use a machine with more memory."
            )
        return count

    def close(self) -> None:
        """Close the unpacker; the file stays open."""
        self._inner.close()
        super().close()
