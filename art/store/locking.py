"""Who owns a run folder: a lock held while its process lives, and a note saying who that is."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from art.core.files import atomic_write, write_failure
from art.core.planted import NO_LINK, READING, explained, read_stored
from art.errors import StoreError

if TYPE_CHECKING:
    from filelock import BaseFileLock

LOCK = ".lock"
OWNER = ".owner.json"


@dataclass(frozen=True)
class Owner:
    """The process that works in a run folder."""

    pid: int
    host: str
    stage: str
    model: str | None
    run: str

    @property
    def is_this_process(self) -> bool:
        """Whether it is the one asking."""
        return self.pid == os.getpid() and self.host == this_host()

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host} (run {self.run})"


class FolderLock:
    """The lock of one run folder, freed by the system when the process dies."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock: BaseFileLock | None = None

    def acquire(self, stage: str, model: str | None) -> None:
        """Take the lock and write down who holds it.

        Raises:
            StoreError: another process holds it, or nothing can be written there.
        """
        lock = _file_lock(self.folder / LOCK)
        with _lock_errors(self.folder / LOCK):
            lock.acquire(timeout=10)  # a reader may be looking at it for an instant
        self._lock = lock
        owner = Owner(os.getpid(), this_host(), stage, model, self.folder.name)
        atomic_write(self.folder / OWNER, json.dumps(asdict(owner)) + "\n")

    def release(self, *, tidy: bool = True) -> None:
        """Let go; a second call does nothing.

        Args:
            tidy: remove the note and the lock file: not where another folder lies there now.
        """
        if self._lock is None:
            return
        lock, self._lock = self._lock, None
        if tidy:
            _tidy(self.folder)
        lock.release()


def this_host() -> str:
    """This machine's name."""
    import platform

    return platform.node()


def owner_of(folder: Path) -> Owner | None:
    """Who says to own a run folder; None where nobody does. It may be dead: see `is_held`."""
    try:
        values = json.loads(read_stored(folder / OWNER))
        owner = Owner(**values)
    except (OSError, ValueError, TypeError, RecursionError):
        return None  # no note, or a torn one: the lock alone decides
    texts = (owner.host, owner.stage, owner.run, owner.model or "")
    fits = type(owner.pid) is int and all(isinstance(text, str) for text in texts)
    return owner if fits and owner.pid > 0 else None


def is_held(folder: Path) -> bool:
    """Whether a living process holds the folder's lock; looking disturbs nobody who looks too."""
    path = folder / LOCK
    if not os.path.lexists(path):
        return False
    if os.name == "nt":
        return _cannot_be_had(path)
    import fcntl

    try:
        descriptor = os.open(path, READING | NO_LINK)  # which waits for no pipe
    except FileNotFoundError:  # let go in this very instant
        return False
    except OSError:
        return _is_alive(owner_of(folder))
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # a file system without such locks
        return _is_alive(owner_of(folder))
    finally:
        os.close(descriptor)
    return False


def _cannot_be_had(path: Path) -> bool:
    from filelock import Timeout

    lock = _file_lock(path)
    try:
        # Not at the first try alone: another reader may be looking in this very instant.
        lock.acquire(timeout=0.03, poll_interval=0.01)
    except Timeout:
        return True
    except OSError:  # a read-only store: the lock cannot even be opened
        return _is_alive(owner_of(path.parent))
    lock.release()
    return False


@contextlib.contextmanager
def held_if_free(folder: Path) -> Iterator[bool]:
    """Hold the lock of a run folder where no living process does, and tidy up at the end.

    Yields:
        Whether it is held now; where not, nothing is done.
    """
    from filelock import Timeout

    lock = _file_lock(folder / LOCK)
    try:
        lock.acquire(timeout=0.03, poll_interval=0.01)
    except (Timeout, OSError):
        yield False
        return
    try:
        yield True
        _tidy(folder)
    finally:
        lock.release()


def _tidy(folder: Path) -> None:
    """Remove the note and the lock file, which is still held.

    Who waits for it finds that it was removed and makes it anew (filelock looks); were it removed
    after it is let go, it could be another's by then.
    """
    for name in (OWNER, LOCK):
        with contextlib.suppress(OSError):  # deleted, or a disk that became read-only
            (folder / name).unlink(missing_ok=True)


@contextlib.contextmanager
def brief_lock(path: Path) -> Iterator[None]:
    """Hold a lock file for the few milliseconds of a bookkeeping step.

    Raises:
        StoreError: it could not be had within ten seconds, or not written.
    """
    lock = _file_lock(path)
    with _lock_errors(path):
        lock.acquire(timeout=10)
    try:
        yield
    finally:
        lock.release()


def _file_lock(path: Path) -> BaseFileLock:
    from filelock import FileLock

    return FileLock(path, thread_local=False)  # a run may be closed by another thread


@contextlib.contextmanager
def _lock_errors(path: Path) -> Iterator[None]:
    from filelock import Timeout

    try:
        yield
    except Timeout:
        raise StoreError(
            f"{path} is held by another process. Wait until it is done, then run again."
        ) from None
    except OSError as error:
        raise write_failure(path, explained(path, error)) from error


def _is_alive(owner: Owner | None) -> bool:
    """By its pid where it ran on this host; a process elsewhere is given the benefit of doubt."""
    if owner is None:
        return False
    if owner.host != this_host() or os.name == "nt":  # there, kill(pid, 0) kills
        return True
    try:
        os.kill(owner.pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):  # someone else's process, or no pid at all
        return True
    return True
