"""Reads small files of folders that others may have written to."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

MOST = 64 << 20
"""Bytes. No record, index, receipt or lock is near it."""


def read_planted(path: Path) -> bytes:
    """A regular file's content: no pipe that never ends, no device, nothing that fills the memory.

    Raises:
        OSError: it is missing, unreadable, no regular file, or larger than 64 MB.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "no regular file", str(path))
        if status.st_size > MOST:
            raise OSError(errno.EFBIG, "larger than 64 MB", str(path))
        return file.read()
