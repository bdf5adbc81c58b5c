"""Columns of a CSV or Parquet file."""

from __future__ import annotations

from pathlib import Path

from art.core.missing import meant
from art.errors import DataError, PathError
from art.registry.data._csv import Columns, read_columns

PARQUET = (".parquet", ".pq")


def columns_of(path: Path, delimiter: str = ",") -> Columns:
    """The columns of a .csv, .csv.gz or .parquet file, as texts.

    Raises:
        PathError: it is missing, unreadable, or Parquet and pyarrow is not installed.
        DataError: it is no such file.
    """
    if not path.exists():
        raise PathError(f"{path}: no such file.{meant(path)}")
    if path.suffix.lower() in PARQUET:
        return _parquet(path)
    if path.suffix.lower() == ".tsv" and delimiter == ",":
        delimiter = "\t"
    return read_columns(path, delimiter, least=1)


def _parquet(path: Path) -> Columns:
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import read_table
    except ImportError:
        raise PathError(
            f"{path}: reading Parquet needs pyarrow, which is not installed. Install it with "
            f"`pip install pyarrow`, or save the table as .csv."
        ) from None
    try:
        table = read_table(path)
    except (ArrowException, OSError) as error:
        raise DataError(f"{path}: not a Parquet file that can be read: {error}") from error
    if not table.num_rows:
        raise DataError(f"{path}: no row in it.")
    values = {
        name: ["" if value is None else _text(value) for value in column.to_pylist()]
        for name, column in zip(table.column_names, table.columns, strict=True)
    }
    return Columns(path, values, list(range(1, table.num_rows + 1)))


def _text(value: object) -> str:
    """A value as a CSV file has it; repr keeps every digit of a number."""
    if isinstance(value, bool):
        return str(value)
    return repr(value) if isinstance(value, int | float) else str(value).strip()
