"""Reading records that other processes may be writing, and that disks may have spoiled."""

from __future__ import annotations

from dataclasses import replace

from art.core.planted import read_stored
from art.core.record import Record
from art.errors import RecordError
from art.store.layout import RECORD, UNREADABLE, RunPlace
from art.store.locking import is_held
from art.store.record_file import NewerRecordError, decode


class RecordReader:
    """Reads records; remembers those that it could not read.

    Attributes:
        messages: by run folder, why its record could not be read.
    """

    def __init__(self, read_only: bool) -> None:
        self.read_only = read_only
        self.messages: dict[str, str] = {}

    def read(self, place: RunPlace) -> Record | None:
        """The record of a run, None where it has none or none that can be read.

        A record that says `running` though no process holds its folder is `interrupted`.
        """
        record = self.read_file(place)
        if record is None or record.status != "running" or is_held(place.path):
            return record
        # Its process may have finished between the reading and the look at the lock. What
        # stands there now is final: the last write comes before the lock is let go.
        record = self.read_file(place)
        if record is None or record.status != "running":
            return record
        return replace(record, status="interrupted")

    def read_file(self, place: RunPlace) -> Record | None:
        """The record as it stands in its file, whoever holds the folder."""
        path = place.path / RECORD
        try:
            content = read_stored(path)
        except FileNotFoundError:
            if (place.path / UNREADABLE).exists():
                self.messages.setdefault(
                    place.folder, f"{place.folder}: its record could not be read; see {UNREADABLE}"
                )
            return None
        except OSError as error:
            self.messages[place.folder] = f"{path}: {error.strerror or error}"
            return None
        try:
            return decode(content, place.folder)
        except NewerRecordError as error:
            self.messages[place.folder] = str(error)
        except RecordError as error:
            self.messages[place.folder] = f"{error} ({self._put_aside(place, content)})"
        return None

    def _put_aside(self, place: RunPlace, content: bytes) -> str:
        """Rename a spoiled record, where that is safe; what was done, in words."""
        path = place.path / RECORD
        if self.read_only or is_held(place.path):
            return "left where it is"
        try:
            if read_stored(path) != content:  # someone has just written a better one
                return "it has been replaced since"
            path.replace(place.path / UNREADABLE)
        except OSError as error:
            return f"left where it is: {error.strerror or error}"
        return f"set aside as {UNREADABLE}"
