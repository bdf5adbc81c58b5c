"""The run's `log.txt`: lines for people, appended as they come."""

from __future__ import annotations

import traceback
from datetime import datetime, timezone
from pathlib import Path


class RunLog:
    """Appends lines to a file, each with its time in UTC.

    Args:
        path: the file; made when the first line is written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def line(self, text: str) -> None:
        """Append one line."""
        now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        with self.path.open("a", encoding="utf-8") as file:
            file.write(f"{now} {text}\n")

    def crash(self, error: BaseException) -> None:
        """Append a traceback."""
        self.line("".join(traceback.format_exception(error)))
