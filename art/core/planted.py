"""Opens files that others may have made: what lies under a name may be a trap.

This is the one door for reading. A pipe would be waited for, a device would fill the memory, and
a link inside a store would lead to files that have nothing to do with it.
"""

from __future__ import annotations

import errno
import os
import stat
from io import BufferedReader, FileIO
from pathlib import Path

from art.core.watched import must_be_the_same

NO_LINK = getattr(os, "O_NOFOLLOW", 0)
READING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
APPENDING = (
    os.O_RDWR
    | os.O_APPEND
    | os.O_CREAT
    | NO_LINK
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
MOST = 64 << 20
"""Bytes. No record, index, receipt or lock is near it."""

BLOCK = 1 << 16
KINDS = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISLNK, "a link"),
)


def read_planted(path: Path) -> bytes:
    """A file's content, where the user named it or a link to it.

    Raises:
        OSError: it is missing, unreadable, not a regular file, or larger than 64 MB.
    """
    return _whole(_opened(path, READING), path)


def read_stored(path: Path) -> bytes:
    """The content of a file that ART keeps for itself: ART makes no links, so none is followed.

    Raises:
        OSError: as of `read_planted`; or it is a link.
    """
    return _whole(_opened(path, READING | NO_LINK), path)


def open_planted(path: Path) -> BufferedReader:
    """A regular file of any size, opened for reading: data, checkpoints, what is hashed.

    Raises:
        OSError: it is missing, unreadable or not a regular file.
    """
    return BufferedReader(_opened(path, READING))


def open_to_append(path: Path) -> FileIO:
    """A regular file, opened to be read and to be written at its end; made where it is missing.

    A link is not followed, since it may lead to a file that a line must not be added to, as a
    shell's start-up file; a pipe or a device is refused, and not waited for.

    Raises:
        OSError: it is not a regular file, or it cannot be written.
        StoreError: someone has removed or replaced the run folder that the file belongs to
            (`art.core.watched`).
    """
    must_be_the_same(path)
    return _opened(path, APPENDING)


def is_stored(path: Path) -> bool:
    """Whether a file of ART's own is there: a regular file, and not a link to one."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except (OSError, ValueError):
        return False


def _opened(path: Path, flags: int) -> FileIO:
    try:
        descriptor = os.open(path, flags, 0o666)
    except OSError as error:
        raise explained(path, error, bool(flags & NO_LINK)) from error
    file = FileIO(descriptor, "r" if flags & os.O_RDWR == 0 else "r+")
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return file
    file.close()
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    raise _irregular(path, mode)


def explained(path: Path, error: OSError, follows_none: bool = True) -> OSError:
    """The error, with the kind of what is there where that is the reason.

    Args:
        path: what could not be opened.
        error: what the system said.
        follows_none: whether links were refused.
    """
    if error.errno == errno.ELOOP and follows_none:
        return OSError(errno.ELOOP, "this is a link, and links are not followed here", str(path))
    if error.errno in (errno.ENXIO, errno.ENODEV, errno.EOPNOTSUPP):  # of a socket
        try:
            return _irregular(path, Path(path).stat().st_mode)
        except OSError:
            return error
    return error


def must_be_file(path: Path) -> None:
    """Refuse what is there and is not a regular file; a link counts as what it leads to.

    Raises:
        OSError: it is a folder, a pipe, a device or a socket, or a link to itself.
    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(mode):
        raise _irregular(path, mode)


def _irregular(path: Path, mode: int) -> OSError:
    kind = next((name for is_kind, name in KINDS if is_kind(mode)), "something else")
    return OSError(errno.EINVAL, f"this is {kind}, not a regular file", str(path))


def _whole(file: FileIO, path: Path) -> bytes:
    """All of an open file. Its size is not believed: files of /proc have none, and some no end."""
    with file:
        size = os.fstat(file.fileno()).st_size
        parts: list[bytes] = []
        total = 0
        while max(size, total) <= MOST:
            block = file.read(max(BLOCK, size + 1))
            if block is None:
                raise OSError(errno.EAGAIN, "this file does not answer", str(path))
            if not block:
                return parts[0] if len(parts) == 1 else b"".join(parts)
            parts.append(block)
            total += len(block)
    raise OSError(errno.EFBIG, f"larger than {MOST >> 20} MB", str(path))
