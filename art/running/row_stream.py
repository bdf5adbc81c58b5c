"""The rows that a stage logs, in their order, on their way to the loggers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from art.core.logger import Logger, Row


class RowStream:
    """Sends rows to every logger, and counts them.

    A stage that goes on after an interruption gives some rows once more, the same ones in the same
    order: those that are kept already are passed over.

    Args:
        loggers: the stage's.
        shown: a name as it may be shown, without secrets.

    Attributes:
        count: rows that the stage has given so far.
    """

    def __init__(
        self, loggers: Sequence[Logger], shown: Callable[[str], str] = lambda name: name
    ) -> None:
        self.count = 0
        self._shown = shown
        self._names: dict[str, str] = {}
        self._loggers = loggers
        self._kept = max((logger.kept_rows() for logger in loggers), default=0)

    def send(self, rows: Sequence[Row]) -> None:
        """Send on what is not kept yet."""
        new = rows[max(self._kept - self.count, 0) :]
        self.count += len(rows)
        if new:
            new = self._without_secrets(new)
            for logger in self._loggers:
                logger.log(new)

    def _without_secrets(self, rows: Sequence[Row]) -> Sequence[Row]:
        """The rows under the names that may be shown; each name is looked at once."""
        names = self._names
        for name in {row[2] for row in rows} - names.keys():
            names[name] = self._shown(name)
        if all(names[row[2]] == row[2] for row in rows):
            return rows
        return [(step, epoch, names[name], value) for step, epoch, name, value in rows]

    def go_on(self, count: int, *, last: bool) -> None:
        """Go on after so many rows.

        Args:
            count: rows that had been given there.
            last: whether nothing after it stands: what was logged since comes again.
        """
        self.count = count
        if last:
            self._rewind()

    def finish(self) -> None:
        """No more rows come: what is kept beyond them is of another course."""
        self._rewind()

    def _rewind(self) -> None:
        if self._kept > self.count:
            self._kept = self.count
            for logger in self._loggers:
                logger.rewind(self.count)
