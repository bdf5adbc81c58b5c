"""The one door through which files are written whole."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from art.core.missing import meant
from art.core.planted import must_be_file, open_planted, read_planted
from art.core.watched import must_be_the_same
from art.errors import PathError, StoreError

LONGEST_FOLDER = 200
"""Bytes of a name that becomes a folder's: file systems allow 255, and a number comes before."""


def atomic_write(
    path: Path,
    content: str | bytes | Callable[[IO[bytes]], None],
    *,
    before_replacing: Callable[[], None] | None = None,
    mode: int | None = None,
) -> None:
    """Write a file so that a reader, or a crash, sees the old file or the new one, never half.

    The content goes to a temporary file in the target's own folder, is synced, replaces the
    target, and the folder is synced: a rename across file systems is not atomic, and a rename
    alone does not survive a power cut.

    Args:
        path: the target; its folder must exist.
        content: text (written as UTF-8), bytes, or a function that writes to the open file.
        before_replacing: called when the content is on the disk and the target still the old one.
        mode: who may read it; by default whoever may read it now, and of a new file whom the
            process's umask lets: mkstemp's 0600 would hide the store from colleagues, and a
            private file must stay private.

    Raises:
        StoreError: the disk is full, the folder is read-only, or someone has removed or replaced
            the run folder that the file belongs to (`art.core.watched`).
    """
    path = Path(path)
    must_be_the_same(path)
    temporary: Path | None = None
    mode = _mode_of(path) if mode is None else mode
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            if callable(content):
                content(file)
            else:
                file.write(content.encode("utf-8") if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)
        if before_replacing is not None:
            before_replacing()
        temporary.replace(path)
        temporary = None
        sync_folder(path.parent)
    except StoreError:  # of another file, which `before_replacing` wrote
        raise
    except OSError as error:
        raise write_failure(path, error) from error
    finally:
        if temporary is not None:
            with suppress(OSError):  # what went wrong first is what people should read
                temporary.unlink(missing_ok=True)


def write_named(path: Path, content: str | bytes) -> None:
    """Write a file that the user named, as `atomic_write` does; a link to it stays a link.

    Raises:
        PathError: what is there is a folder, a pipe, a device or a socket.
        StoreError: the disk is full or the folder is read-only.
    """
    atomic_write(target_of(path), content)


def target_of(path: Path) -> Path:
    """The file that a name of the user's stands for: that which a link leads to.

    Raises:
        PathError: what is there is a folder, a pipe, a device or a socket, or a link to itself.
    """
    try:
        must_be_file(Path(path))
        return Path(path).resolve() if Path(path).is_symlink() else Path(path)
    except IsADirectoryError:
        raise PathError(f"{path}: this is a folder; name a file.") from None
    except (OSError, RuntimeError) as error:
        why = getattr(error, "strerror", None) or "it leads to itself"
        raise PathError(f"{path}: cannot be written: {why}.") from None


def _mode_of(path: Path) -> int:
    try:
        status = path.lstat()  # not of what a link leads to: the link is replaced
    except OSError:
        return _new_mode()
    return stat.S_IMODE(status.st_mode) if stat.S_ISREG(status.st_mode) else _new_mode()


def _new_mode() -> int:
    """What `open` would give a new file; the umask can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return 0o666 & ~mask


def make_folder(path: Path) -> None:
    """Make a folder and those above it, where they are missing.

    Raises:
        StoreError: the disk is full or read-only, a file is in the way, or someone has removed or
            replaced the run folder that it belongs to (`art.core.watched`).
    """
    must_be_the_same(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_failure(path, error) from error


def sync_folder(folder: Path) -> None:
    """Make the folder's entries durable, where the platform lets a folder be opened."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_failure(path: Path, error: OSError) -> StoreError:
    """The error a person should see when `path` could not be written."""
    reasons = {
        errno.ENOSPC: "the disk is full. Free some space, then run the same command again",
        errno.EDQUOT: "your disk quota is used up. Free some space, then run the command again",
        errno.EROFS: "the file system is read-only. Choose another folder with --paths.runs=DIR",
        errno.EACCES: "no permission to write there. Choose another folder with --paths.runs=DIR",
        errno.EPERM: "no permission to write there. Choose another folder with --paths.runs=DIR",
        errno.EIO: "the disk reports an error (Input/output error). Look after the disk, or choose "
        "another folder with --paths.runs=DIR",
        errno.ELOOP: "it is a link, and links in a store are not followed. Remove the link",
        errno.ENOTDIR: "a part of that path is a file, not a folder",
        errno.ENOENT: "its folder does not exist",
    }
    reason = reasons.get(error.errno or 0, error.strerror or str(error))
    return StoreError(f"cannot write {path}: {reason}.")


def read_text(path: Path, what: str = "file") -> str:
    """A text file's content.

    Raises:
        PathError: it is missing, a folder, unreadable, or not UTF-8.
    """
    try:
        return read_planted(Path(path)).decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise PathError(f"{path}: not UTF-8 text (byte {error.start}).") from None
    except OSError as error:
        raise unreadable(path, what, error) from None


def unreadable(path: Path, what: str, error: OSError) -> PathError:
    """The error a person should see when a file that they named could not be read."""
    if isinstance(error, FileNotFoundError):
        if Path(path).is_symlink():
            return PathError(f"{path}: a link to {Path(path).readlink()}, which does not exist.")
        return PathError(f"{path}: no such {what}.{meant(path)}")
    if isinstance(error, IsADirectoryError):
        return PathError(f"{path}: this is a folder, not a {what}.")
    return PathError(f"{path}: cannot be read: {error.strerror or error}.")


def at_home(path: Path | str) -> Path:
    """The path with `~` as the user's home folder; as it is written where no such home is known."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def sha256_file(path: Path) -> str:
    """The hex digest of a file's content.

    Raises:
        OSError: it cannot be read, or is not a regular file.
    """
    digest = hashlib.sha256()
    with open_planted(path) as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
