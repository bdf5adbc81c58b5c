"""Clears away what a dead process left in its run folder."""

from __future__ import annotations

import contextlib
import re
from dataclasses import replace
from pathlib import Path

from art.core.files import atomic_write
from art.core.record import Record
from art.store.layout import RECORD, RunPlace
from art.store.locking import LOCK, OWNER, held_if_free
from art.store.reading import RecordReader
from art.store.record_file import encode

_HALF_WRITTEN = re.compile(r"\..+\.\w{8}\.tmp")
"""What `atomic_write` calls a file before it is whole."""


def clear_away(place: RunPlace, reader: RecordReader) -> Record | None:
    """Rewrite a record that says `running`, and remove what is half written.

    Nothing is done where the run was closed, or its process is alive.

    Returns:
        The record, where it was rewritten as `interrupted`.

    Raises:
        art.errors.StoreError: the disk is full or read-only.
    """
    if not any((place.path / name).exists() for name in (OWNER, LOCK)):
        return None
    with held_if_free(place.path) as held:
        if not held:
            return None
        _remove_half_written(place.path)
        record = reader.read_file(place)
        if record is None or record.status != "running":
            return None
        record = replace(record, status="interrupted")
        atomic_write(place.path / RECORD, encode(record))
        return record


def _remove_half_written(folder: Path) -> None:
    for path in folder.rglob(".*.tmp"):
        if _HALF_WRITTEN.fullmatch(path.name) and path.is_file():
            with contextlib.suppress(OSError):  # a disk that became read-only
                path.unlink()
