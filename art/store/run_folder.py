"""One run's folder, owned by this process until it is closed."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from art.core.files import atomic_write, make_folder
from art.core.record import Record
from art.store.layout import RECORD, RunPlace, inside
from art.store.locking import FolderLock
from art.store.record_file import encode


class RunFolder:
    """Where a run of a stage puts its record and its files. A context manager.

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

    def close(self) -> None:
        """Give the folder up. A record left as `running` counts as interrupted from here on."""
        self._lock.release()

    def __enter__(self) -> RunFolder:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
