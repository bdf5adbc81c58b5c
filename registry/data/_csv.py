"""Reads a CSV file into typed columns, with an error that names the line."""

from __future__ import annotations

import csv
import gzip
import math
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from art.core.missing import meant
from art.errors import DataError, PathError, did_you_mean

if TYPE_CHECKING:
    import numpy as np

MISSING = {"", "na", "n/a", "nan", "null", "none", "?"}
"""How people write that a value is missing, in lower case."""


@dataclass
class Columns:
    """The texts of a CSV file by column, and the file's line that each row ends on."""

    path: Path
    values: dict[str, list[str]]
    lines: list[int]

    def column(self, name: str, what: str) -> list[str]:
        """A column's texts.

        Raises:
            DataError: there is none of that name.
        """
        if name not in self.values:
            raise DataError(
                f"{self.path}: no column '{name}' ({what}).{did_you_mean(name, self.values)}"
            )
        return self.values[name]


def read_columns(path: Path, delimiter: str, least: int = 2) -> Columns:
    """The columns of a .csv or .csv.gz file whose first row names them.

    Args:
        path: the file.
        delimiter: what stands between two values.
        least: columns that are needed.

    Raises:
        PathError: the file is missing or cannot be read.
        DataError: it is empty, not UTF-8, not whole, names a column twice, or has a row of
            another length than the first.
    """
    with _explained(path), _open(path) as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        header = [name.strip() for name in next(reader, [])]
        _check_header(path, header, delimiter, least)
        rows, lines = [], []
        for row in reader:
            if not row:  # a blank line
                continue
            if len(row) != len(header):
                raise DataError(
                    f"{path}:{reader.line_num}: {len(row)} values, but the header names "
                    f"{len(header)} columns."
                )
            rows.append(row)
            lines.append(reader.line_num)
    if not rows:
        raise DataError(f"{path}: no row under the header: there is no data in it.")
    columns = [[value.strip() for value in column] for column in zip(*rows, strict=True)]
    return Columns(path, dict(zip(header, columns, strict=True)), lines)


def is_missing(text: str) -> bool:
    """Whether a text says that there is no value."""
    return text.lower() in MISSING


def as_numbers(texts: list[str]) -> list[float] | None:
    """The column as numbers, NaN where missing; None where any text is no finite number, or where
    there is no number at all."""
    numbers = []
    for text in texts:
        if is_missing(text):
            numbers.append(math.nan)
            continue
        try:
            number = float(text)
        except ValueError:
            return None
        if not math.isfinite(number):
            return None
        numbers.append(number)
    return None if all(math.isnan(number) for number in numbers) else numbers


def target_texts(columns: Columns, target: str) -> list[str]:
    """The texts of the column to predict.

    Raises:
        DataError: there is no such column, or a row has no value in it.
    """
    texts = columns.column(target, "the target")
    missing = [line for text, line in zip(texts, columns.lines, strict=True) if is_missing(text)]
    if missing:
        raise DataError(
            f"{columns.path}:{missing[0]}: no value for the target '{target}', and so in "
            f"{len(missing)} of {len(texts)} rows. Leave these rows out of the file."
        )
    return texts


def class_indices(columns: Columns, target: str) -> tuple[np.ndarray, tuple[str, ...]]:
    """Class indices `(N,)` of a column, and the classes' names: by number where all are numbers,
    else by the alphabet.

    Raises:
        DataError: there is no such column, or a row has no value in it.
    """
    import numpy as np

    texts = target_texts(columns, target)
    numbers = as_numbers(texts)
    order = dict(zip(texts, numbers, strict=True)) if numbers else {}
    names = sorted(set(texts), key=lambda text: (order.get(text, 0.0), text))
    index = {name: position for position, name in enumerate(names)}
    return np.array([index[text] for text in texts], dtype=np.int64), tuple(names)


def _check_header(path: Path, header: list[str], delimiter: str, least: int) -> None:
    if not header:
        raise DataError(f"{path}: an empty file; a header row and rows under it are needed.")
    twice = next((name for name in header if header.count(name) > 1), None)
    if twice is not None:
        raise DataError(f"{path}: two columns are named '{twice}'. Rename one.")
    if len(header) < least:
        other = next((mark for mark in ";\t,|" if mark != delimiter and mark in header[0]), None)
        tip = f" Is its delimiter {other!r}? Set [data] delimiter." if other else ""
        raise DataError(
            f"{path}: one column only, '{header[0]}'; inputs and a target are needed.{tip}"
        )


def _open(path: Path) -> IO[str]:
    # utf-8-sig: spreadsheets put a mark in front that would become part of the first name
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn what can go wrong with the file into one line for a person."""
    try:
        yield
    except FileNotFoundError:
        near = meant(path)
        raise PathError(f"{path}: no such file.{near} Set [data] file to the CSV file.") from None
    except IsADirectoryError:
        raise PathError(f"{path}: this is a folder, not a CSV file.") from None
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{path}: no whole gzip file ({error}). Download it again.") from error
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path}: not UTF-8 text (byte {error.start}). Save it as UTF-8."
        ) from error
    except csv.Error as error:
        raise DataError(f"{path}: not a CSV file: {error}.") from error
    except PathError:
        raise
    except OSError as error:
        raise PathError(f"{path}: cannot be read: {error.strerror or error}.") from error
