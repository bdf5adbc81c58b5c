"""The run's `log.txt`: lines for people, appended as they come."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from datetime import datetime, timezone
from io import FileIO
from pathlib import Path

from art.core.planted import open_to_append
from art.errors import StoreError


class RunLog:
    """Appends lines to a file, each with its time in UTC.

    A log must never cost the run that it tells of: lines that cannot be written wait for the next
    one, and that they could not is said once.

    Args:
        path: the file; made when the first line is written.
        say: takes a line for people where the file cannot be written.
    """

    def __init__(self, path: Path, say: Callable[[str], None] | None = None) -> None:
        self.path = path
        self._say = say
        self._waiting = ""

    def line(self, text: str) -> None:
        """Append one line."""
        now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        self._waiting += f"{now} {text}\n"
        try:
            with open_to_append(self.path) as file:
                self._write(file)
        except StoreError:  # its folder was taken away: the stage ends by that and says so
            return
        except OSError as error:
            if self._say is not None:
                self._say(f"cannot write {self.path}: {error.strerror or error}; the run goes on.")
                self._say = None

    def crash(self, error: BaseException) -> None:
        """Append a traceback."""
        self.line("".join(traceback.format_exception(error)))

    def _write(self, file: FileIO) -> None:
        while self._waiting:
            content = self._waiting.encode("utf-8", errors="backslashreplace")
            written = file.write(content)
            self._waiting = content[written:].decode("utf-8", errors="ignore")
