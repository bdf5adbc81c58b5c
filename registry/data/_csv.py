"""Reads a CSV file into typed columns, with an error that names the line."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import IO, TYPE_CHECKING

from art.core.missing import looked_in, meant
from art.core.planted import open_planted
from art.core.unpacking import unpacked
from art.errors import DataError, PathError, did_you_mean
from art.registry.data._spelling import PLAIN, Spelling

if TYPE_CHECKING:
    import numpy as np

MOST_SHARED = 1 << 16
"""Different texts that are looked for among those to come: more are hardly ever the same."""


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
        DataError: it is empty, not UTF-8, not whole, names a column twice, has a row of another
            length than the first, or unpacks to far more than its size (`art.core.unpacking`).
    """
    with _explained(path), open_planted(path) as opened, _text_of(path, opened) as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        header = [name.strip() for name in next(reader, [])]
        _check_header(path, header, delimiter, least)
        rows, lines = [], []
        shared: dict[str, str] = {}
        for row in reader:
            if not row:  # a blank line
                continue
            if len(row) != len(header):
                raise DataError(
                    f"{path}:{reader.line_num}: {len(row)} values, but the header names "
                    f"{len(header)} columns."
                )
            # A column of few different texts holds each once, however often it stands there.
            rows.append([shared.setdefault(value, value) for value in row])
            if len(shared) > MOST_SHARED:
                shared.clear()
            lines.append(reader.line_num)
    if not rows:
        raise DataError(f"{path}: no rows under the header: the file holds no data.")
    columns = [[value.strip() for value in column] for column in zip(*rows, strict=True)]
    return Columns(path, dict(zip(header, columns, strict=True)), lines)


def target_texts(columns: Columns, target: str, spelling: Spelling = PLAIN) -> list[str]:
    """The texts of the column to predict.

    Raises:
        DataError: there is no such column, or a row has no value in it.
    """
    texts = columns.column(target, "the target")
    missing = [
        (text, line)
        for text, line in zip(texts, columns.lines, strict=True)
        if spelling.is_missing(text)
    ]
    if not missing:
        return texts
    text, line = missing[0]
    count = f"in {len(missing)} of {len(texts)} rows"
    if not text:
        raise DataError(
            f"{columns.path}:{line}: no value for the target '{target}', and so {count}. Leave "
            f"these rows out of the file."
        )
    raise DataError(
        f"{columns.path}:{line}: '{text}' for the target '{target}' is read as no value, and so "
        f'{count}. If it is a class, set [data] missing = [""]; else leave these rows out of the '
        f"file."
    )


def class_indices(
    columns: Columns, target: str, spelling: Spelling = PLAIN
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Class indices `(N,)` of a column, and the classes' names: by number where all are numbers,
    else by the alphabet. 1 and 1.0 are one class, which bears the shorter name.

    Raises:
        DataError: there is no such column, or a row has no value in it.
    """
    import numpy as np

    texts = target_texts(columns, target, spelling)
    numbers = spelling.numbers(texts)
    if numbers is None:
        names = sorted(set(texts))
        index = {name: position for position, name in enumerate(names)}
        return np.array([index[text] for text in texts], dtype=np.int64), tuple(names)
    shortest: dict[float, str] = {}
    for number, text in zip(numbers, texts, strict=True):
        known = shortest.get(number, text)
        shortest[number] = min(known, text, key=lambda one: (len(one), one))
    places = {number: position for position, number in enumerate(sorted(shortest))}
    named = tuple(shortest[number] for number in places)
    return np.array([places[number] for number in numbers], dtype=np.int64), named


def _check_header(path: Path, header: list[str], delimiter: str, least: int) -> None:
    if not header:
        raise DataError(f"{path}: an empty file; a header row and rows under it are needed.")
    twice = next((name for name, count in Counter(header).items() if count > 1), None)
    if twice is not None:
        raise DataError(f"{path}: two columns are named '{twice}'. Rename one.")
    if len(header) < least:
        other = next((mark for mark in ";\t,|" if mark != delimiter and mark in header[0]), None)
        tip = f" Is its delimiter {other!r}? Set [data] delimiter." if other else ""
        raise DataError(
            f"{path}: one column only, '{header[0]}'; inputs and a target are needed.{tip}"
        )


def _text_of(path: Path, file: IO[bytes]) -> IO[str]:
    # utf-8-sig: spreadsheets put a mark in front that would become part of the first name
    if path.suffix == ".gz":
        return TextIOWrapper(unpacked(path, file), encoding="utf-8-sig", newline="")
    return TextIOWrapper(file, encoding="utf-8-sig", newline="")


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn what can go wrong with the file into one line for a person."""
    try:
        yield
    except FileNotFoundError:
        near = meant(path) or looked_in(path)
        raise PathError(
            f"{path}: no such file.{near} Set [data] file to the CSV file, or [paths] data where "
            f"it refers to that."
        ) from None
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
    except (PathError, DataError):
        raise
    except OSError as error:
        raise PathError(f"{path}: cannot be read: {error.strerror or error}.") from error
