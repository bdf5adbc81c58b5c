"""Watches the folders that a run writes to: nobody may remove or replace them meanwhile.

If ART created the folder again, it would hold half of a run; if it wrote through a link in its
place, files would end up elsewhere. Every function that writes files asks here first.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from art.errors import StoreError

LEAVE = "Run the same command again, and leave that folder alone while it runs."


@dataclass
class _Watched:
    """A folder as it was when the watch began.

    Attributes:
        path: absolute.
        identity: the device and the number that the system knows it by.
        is_ours: whether what lies there now is ours, where the number has changed: some network
            file systems give another one to the same folder.
    """

    path: Path
    identity: tuple[int, int]
    is_ours: Callable[[], bool]


_watched: list[_Watched] = []


@contextmanager
def watch(folder: Path, is_ours: Callable[[], bool]) -> Iterator[None]:
    """Refuse to write into a folder, or below it, as soon as someone removes or replaces it.

    Args:
        folder: it must exist.
        is_ours: asked where the folder's number has changed.
    """
    path = _absolute(folder)
    mine = _Watched(path, _identity(path.lstat()), is_ours)
    _watched.append(mine)
    try:
        yield
    finally:
        _watched.remove(mine)


def must_be_the_same(path: Path) -> None:
    """Refuse a path in a watched folder that was removed or replaced, or that a link leads away.

    Raises:
        StoreError: the message says what happened to the folder.
    """
    if not _watched:
        return
    path = _absolute(path)
    for watched in _watched:
        if watched.path == path or watched.path in path.parents:
            _must_be(watched)
            _refuse_links(path, watched.path)


def _must_be(watched: _Watched) -> None:
    try:
        found = watched.path.lstat()
    except OSError:
        raise _changed(watched.path, "was removed or renamed") from None
    if stat.S_ISLNK(found.st_mode):
        raise _changed(watched.path, "was replaced by a link")
    if _identity(found) == watched.identity:
        return
    if not (stat.S_ISDIR(found.st_mode) and watched.is_ours()):
        raise _changed(watched.path, "was replaced")
    watched.identity = _identity(found)


def _refuse_links(path: Path, folder: Path) -> None:
    """Of the folders between the watched one and the file: nothing of ART's makes links there."""
    for part in path.parents:
        if part == folder:
            return
        if part.is_symlink():
            raise _changed(part, "was replaced by a link")


def _changed(folder: Path, how: str) -> StoreError:
    return StoreError(f"{folder} {how} while the stage ran, so it cannot be kept there. {LEAVE}")


def _identity(found: os.stat_result) -> tuple[int, int]:
    return found.st_dev, found.st_ino


def _absolute(path: Path) -> Path:
    """Without following links, which `resolve` does."""
    return Path(os.path.abspath(path))  # noqa: PTH100
