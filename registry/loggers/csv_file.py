"""Writes every logged value to the run folder's metrics.csv."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import IO

from art.core.files import write_failure
from art.core.logger import Logger, Row, RunInfo
from art.core.record import Record
from art.core.watched import must_be_the_same
from art.registries import loggers

HEADER = ("step", "epoch", "name", "value")
FILE = "metrics.csv"
LONGEST_ROW = 1 << 16


@loggers("art.CSV.v1")
class CSV(Logger):
    """Every logged value in `metrics.csv` in the run folder: `step,epoch,name,value`.

    Rows are appended, never changed, and are in the file as soon as `log` returns, so that it can
    be read while a stage runs. A run that is continued goes on in the same file, without the rows
    that it logs once more. Numbers are written in full
    and read back as the very same floats.
    """

    def __init__(self) -> None:
        self._path: Path | None = None
        self._file: IO[str] | None = None

    def start(self, run: RunInfo) -> None:
        """Open the file, with its header where it is new.

        Raises:
            StoreError: the run folder cannot be written to.
        """
        self._close()
        self._path = run.folder / FILE
        with self._explained(self._path):
            self._open(self._path)

    def log(self, rows: Sequence[Row]) -> None:
        """Append rows.

        Raises:
            StoreError: the disk is full.
        """
        if self._path is None:
            return
        with self._explained(self._path):
            file = self._file or self._open(self._path)
            _write(file, [(step, float(epoch), _line(n), float(v)) for step, epoch, n, v in rows])

    def kept_rows(self) -> int:
        """The rows in the file, which an earlier process has left."""
        if self._path is None or not self._path.exists():
            return 0
        with self._path.open("rb") as file:
            return max(sum(1 for _ in file) - 1, 0)

    def rewind(self, rows: int) -> None:
        """Cut the file after its first `rows` rows, or where its last whole row ends.

        Raises:
            StoreError: the file cannot be written to.
        """
        if self._path is None:
            return
        with self._explained(self._path):
            file = self._file or self._open(self._path)
            file.truncate(_end_of_row(self._path, rows))  # its writes go to the end, wherever

    def finish(self, record: Record) -> None:
        """Close the file."""
        self._close()
        self._path = None

    def _open(self, path: Path) -> IO[str]:
        _cut_torn_row(path)
        must_be_the_same(path)
        self._file = path.open("a", encoding="utf-8", newline="")
        if self._file.tell() == 0:
            _write(self._file, [HEADER])
        return self._file

    def _close(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            file.close()

    @contextmanager
    def _explained(self, path: Path) -> Iterator[None]:
        """A failure to write, as an error for people; the next rows open the file anew."""
        try:
            yield
        except OSError as error:
            with suppress(OSError):  # what could not be written fails once more at closing
                self._close()
            raise write_failure(path, error) from error


def _write(file: IO[str], rows: Sequence[Sequence[object]]) -> None:
    csv.writer(file, lineterminator="\n").writerows(rows)
    file.flush()  # a few microseconds, against losing rows to a kill


def _line(name: str) -> str:
    """A name without line breaks: a row is a line, so that a torn one is known by its end."""
    return " ".join(name.splitlines())


def _end_of_row(path: Path, rows: int) -> int:
    """Where the row of that number ends, in bytes; 0 rows end with the header."""
    end = 0
    with path.open("rb") as file:
        for line in islice(file, rows + 1):
            end += len(line)
    return end


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
