"""Writes every logged value to the run folder's metrics.csv."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from art.core.files import write_failure
from art.core.logger import Logger, Row, RunInfo
from art.core.record import Record
from art.registries import loggers

HEADER = ("step", "epoch", "name", "value")
FILE = "metrics.csv"
LONGEST_ROW = 1 << 16


@loggers("art.CSV.v1")
class CSV(Logger):
    """Every logged value in `metrics.csv` in the run folder: `step,epoch,name,value`.

    Rows are appended, never changed, and are in the file as soon as `log` returns, so that it can
    be read while a stage runs. A resumed run goes on in the same file. Numbers are written in full
    and read back as the very same floats.
    """

    def __init__(self) -> None:
        self._path = Path(FILE)
        self._file: IO[str] | None = None

    def start(self, run: RunInfo) -> None:
        """Open the file, with its header where it is new.

        Raises:
            StoreError: the run folder cannot be written to.
        """
        self._close()
        self._path = run.folder / FILE
        with self._explained():
            _cut_torn_row(self._path)
            self._file = self._path.open("a", encoding="utf-8", newline="")
            if self._file.tell() == 0:
                self._write([HEADER])

    def log(self, rows: Sequence[Row]) -> None:
        """Append rows.

        Raises:
            StoreError: the disk is full.
        """
        with self._explained():
            self._write([(step, float(epoch), name, float(v)) for step, epoch, name, v in rows])

    def finish(self, record: Record) -> None:
        """Close the file."""
        self._close()

    def _write(self, rows: Sequence[Sequence[object]]) -> None:
        if self._file is None:
            return
        csv.writer(self._file, lineterminator="\n").writerows(rows)
        self._file.flush()  # a few microseconds, against losing rows to a kill

    def _close(self) -> None:
        if self._file is not None:
            file, self._file = self._file, None
            with self._explained():
                file.close()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """A failure to write, as an error for people. The file is given up: what could not be
        written would fail once more when it is closed."""
        try:
            yield
        except OSError as error:
            if self._file is not None:
                with suppress(OSError):
                    self._file.close()
                self._file = None
            raise write_failure(self._path, error) from error


def _cut_torn_row(path: Path) -> None:
    """Take off what a killed process left behind the last whole row."""
    if not path.exists():
        return
    with path.open("rb+") as file:
        size = file.seek(0, os.SEEK_END)
        start = max(size - LONGEST_ROW, 0)
        file.seek(start)
        end = start + file.read(LONGEST_ROW).rfind(b"\n") + 1
        if end < size:
            file.truncate(end)
