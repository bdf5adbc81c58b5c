"""A logger that may fail without taking the run with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from art.core.logger import Logger, Row, RunInfo
from art.core.record import Record
from art.errors import StoreError, UserError
from art.training.failures import last_line


def built_logger(name: str, build: Callable[[], object]) -> Logger:
    """The logger of `[loggers.NAME]`.

    Raises:
        UserError: it cannot be made, or is no logger.
    """
    try:
        logger = build()
    except UserError:
        raise
    except (Exception, SystemExit) as error:
        raise _no_start(name, error) from error
    if not isinstance(logger, Logger):
        raise UserError(
            f"[loggers.{name}] returned {type(logger).__name__}; it must return an art.Logger."
        )
    return logger


def _no_start(name: str, error: BaseException) -> UserError:
    return UserError(
        f"[loggers.{name}] cannot start: {last_line(error)}. Nothing was trained. Set it right "
        f"(its server, its login), or switch it off."
    )


@contextmanager
def reached(name: str) -> Iterator[None]:
    """Ask a logger's tracker, inside, whether it answers.

    Raises:
        UserError: it does not.
    """
    try:
        yield
    except UserError:
        raise
    except (Exception, SystemExit) as error:
        raise _no_start(name, error) from error


class GuardedLogger(Logger):
    """Passes everything on to a logger, until that fails: then it is dropped, and the run goes on.

    A tracker's server may be gone for an hour; what was trained meanwhile is worth more. What
    cannot be written into the run folder (StoreError) is no such failure and ends the stage.

    Args:
        name: the logger's in the config, `[loggers.NAME]`.
        logger: the logger.
        note: takes a line for the log and for people.
        crash: takes an exception whose traceback is for the log.
    """

    def __init__(
        self,
        name: str,
        logger: Logger,
        *,
        note: Callable[[str], None],
        crash: Callable[[BaseException], None],
    ) -> None:
        self.name = name
        self.dropped = False
        self._logger = logger
        self._note = note
        self._crash = crash

    def start(self, run: RunInfo) -> None:
        """A stage begins: what fails here fails before anything is trained.

        Raises:
            UserError: it cannot start.
        """
        try:
            self._logger.start(run)
        except UserError:
            raise
        except (Exception, SystemExit) as error:
            raise _no_start(self.name, error) from error

    def kept_rows(self) -> int:
        """How many rows it keeps already."""
        kept = 0

        def ask() -> None:
            nonlocal kept
            kept = self._logger.kept_rows()

        self._guarded("kept_rows", ask)
        return kept

    def log(self, rows: Sequence[Row]) -> None:
        """Values were logged, in order."""
        self._guarded("log", lambda: self._logger.log(rows))

    def rewind(self, rows: int) -> None:
        """The run goes on from an earlier point."""
        self._guarded("rewind", lambda: self._logger.rewind(rows))

    def figure(self, name: str, path: Path) -> None:
        """A figure, table or text was written."""
        self._guarded("figure", lambda: self._logger.figure(name, path))

    def finish(self, record: Record) -> None:
        """The stage ended; told even to one that was dropped, which may have something to close."""
        silent, self.dropped = self.dropped, False
        self._guarded("finish", lambda: self._logger.finish(record), silent=silent)

    def _guarded(self, what: str, call: Callable[[], None], *, silent: bool = False) -> None:
        if self.dropped:
            return
        try:
            call()
        except StoreError:
            raise
        except (Exception, SystemExit) as error:
            self.dropped = True
            if silent:
                return
            self._crash(error)
            self._note(
                f"[loggers.{self.name}] failed in {what} and is off for the rest of this run; "
                f"training continues: {last_line(error)}"
            )
