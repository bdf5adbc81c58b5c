"""One run's folder, owned by this process until it is closed."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from art.core.files import atomic_write, make_folder
from art.core.planted import is_stored
from art.core.record import Record
from art.core.watched import LEAVE, must_be_the_same, watch
from art.errors import StoreError
from art.store.layout import RECORD, RunPlace, inside
from art.store.locking import FolderLock, owner_of
from art.store.record_file import encode


class RunFolder:
    """Where a run of a stage puts its record and its files. A context manager.

    Until it is closed, nothing of this process is written to what has taken its place.

    Attributes:
        path: the folder.
        run: its name, the `run` of the record.
        folder: it relative to the project's folder, the `folder` of the record.
    """

    def __init__(self, place: RunPlace, lock: FolderLock) -> None:
        self.path = place.path
        self.run = place.run
        self.folder = place.folder
        self._lock = lock
        self._until_closed = ExitStack()
        self._until_closed.enter_context(watch(self.path, self._is_owned))

    def write(self, record: Record) -> None:
        """Write `record.json`; readers see the one before or this one, never half.

        Raises:
            art.errors.StoreError: the disk is full or was made read-only.
        """
        atomic_write(self.path / RECORD, encode(record))

    def write_text(self, name: str, text: str) -> Path:
        """Write a text file such as `config.cfg` or `tables/scores.csv`; return its path.

        Raises:
            art.errors.StoreError: it cannot be written, or `name` leads out of the folder.
        """
        path = self.artifact_path(name)
        atomic_write(path, text.encode("utf-8", errors="backslashreplace"))
        return path

    def artifact_path(self, name: str) -> Path:
        """Where a file of that relative name goes; its folder exists afterwards.

        Raises:
            art.errors.StoreError: the folder cannot be made, or `name` leads out of the run's.
        """
        path = inside(self.path, name)
        make_folder(path.parent)
        return path

    @property
    def is_there(self) -> bool:
        """Whether the folder is still the one that was made: not removed, renamed or replaced."""
        try:
            must_be_the_same(self.path)
        except StoreError:
            return False
        return True

    def must_be_whole(self, *names: str) -> None:
        """Refuse a folder that is not as this process has left it.

        Args:
            names: files that were written into it, besides the record.

        Raises:
            art.errors.StoreError: it was removed, renamed or replaced, or lacks such a file.
        """
        must_be_the_same(self.path)
        lost = [name for name in (RECORD, *names) if not is_stored(self.path / name)]
        if lost:
            raise StoreError(
                f"{self.path / lost[0]} was removed or replaced while the stage ran. {LEAVE}"
            )

    def close(self) -> None:
        """Give the folder up. A record left as `running` counts as interrupted from here on."""
        self._lock.release(tidy=self.is_there)
        self._until_closed.close()

    def _is_owned(self) -> bool:
        owner = owner_of(self.path)
        return owner is not None and owner.is_this_process and owner.run == self.run

    def __enter__(self) -> RunFolder:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
