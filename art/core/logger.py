"""The logger: sends what happens to a tracker or a file. Many can be on at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from art.core.record import Record

Row = tuple[int, float, str, float]
"""Step, epoch (a fraction inside an epoch), name of the score, value."""


@dataclass(frozen=True)
class RunInfo:
    """Which run a logger is told about.

    Attributes:
        folder: the run folder; a logger may write files there.
        config: the resolved config with secrets redacted, by section.
    """

    project: str
    stage: str
    run: str
    model: str | None
    folder: Path
    config: dict[str, Any]


class Logger:
    """Does nothing with anything; a logger overrides what it sends on."""

    def probe(self) -> None:
        """Look, before any stage runs, whether what it sends to answers; raise where not."""

    def start(self, run: RunInfo) -> None:
        """A stage begins."""

    def log(self, rows: Sequence[Row]) -> None:
        """Values were logged, in order."""

    def rewind(self, rows: int) -> None:
        """The run goes on from an earlier point: forget the rows after the first `rows`.

        Called after `start` and before the next `log`, where an interrupted run is continued: what
        was logged after the state that it continues from comes once more.
        """

    def kept_rows(self) -> int:
        """How many rows of this run it keeps already, where a run goes on; 0 where none are known.

        Called once, after `start`.
        """
        return 0

    def figure(self, name: str, path: Path) -> None:
        """A figure, table or text was written to `path`."""

    def finish(self, record: Record) -> None:
        """The stage ended; the record says how. Always called once after `start`."""
