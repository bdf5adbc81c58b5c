"""Opens files in folders that others may have written to: what lies there may be a trap."""

from __future__ import annotations

import errno
import os
import stat
from io import FileIO
from pathlib import Path

APPENDING = (
    os.O_RDWR
    | os.O_APPEND
    | os.O_CREAT
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
)
MOST = 64 << 20
"""Bytes. No record, index, receipt or lock is near it."""


def read_planted(path: Path) -> bytes:
    """A regular file's content: no pipe that never ends, no device, nothing that fills the memory.

    Raises:
        OSError: it is missing, unreadable, no regular file, or larger than 64 MB.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with FileIO(descriptor, "r") as file:
        status = os.fstat(descriptor)
        if stat.S_ISDIR(status.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "no regular file", str(path))
        if status.st_size > MOST:
            raise OSError(errno.EFBIG, "larger than 64 MB", str(path))
        return file.readall()


def open_to_append(path: Path) -> FileIO:
    """A regular file, opened to be read and to be written at its end; made where it is missing.

    A link is not followed, since it may lead to a file that a line must not be added to, as a
    shell's start-up file; a pipe or a device is refused, and not waited for.

    Raises:
        OSError: it is not a regular file, or it cannot be written.
    """
    try:
        descriptor = os.open(path, APPENDING, 0o666)
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        raise OSError(errno.ELOOP, "it is a link, and no link is written through") from error
    file = FileIO(descriptor, "r+")
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        file.close()
        raise OSError(errno.EINVAL, "no regular file", str(path))
    return file
