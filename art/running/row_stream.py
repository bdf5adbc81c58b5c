"""The rows that a stage logs, in their order, on their way to the loggers."""

from __future__ import annotations

from collections.abc import Sequence

from art.core.logger import Logger, Row


class RowStream:
    """Sends rows to every logger, and counts them.

    A stage that goes on after an interruption logs what it had logged before once more, until it
    knows where it goes on from. These rows wait; the loggers are rewound to that point.

    Args:
        loggers: the stage's.
        continued: whether the run folder is one that was interrupted.
    """

    def __init__(self, loggers: Sequence[Logger], *, continued: bool) -> None:
        self.count = 0
        self._loggers = loggers
        self._waiting: list[Row] | None = [] if continued else None

    def send(self, rows: Sequence[Row]) -> None:
        """Send rows on."""
        self.count += len(rows)
        if self._waiting is not None:
            self._waiting.extend(rows)
            return
        for logger in self._loggers:
            logger.log(rows)

    def go_on(self, count: int | None = None) -> None:
        """Log from here on: after so many rows that were logged before, or all of them anew."""
        if self._waiting is None and count is None:
            return
        waiting, self._waiting = self._waiting or [], None
        if count is not None:
            waiting, self.count = [], count
        for logger in self._loggers:
            logger.rewind(self.count - len(waiting))
            if waiting:
                logger.log(waiting)
