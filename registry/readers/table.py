"""Rows of a table of numbers and categories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from art.core.reader import Reader, Rows
from art.errors import DataError, did_you_mean
from art.registries import readers
from art.registry.data._csv import Columns
from art.registry.data._spelling import MISSING, Spelling

SHOWN = 3
OTHERS = (".npz", ".npy", ".xlsx", ".xls", ".json", ".pt", ".pkl", ".png", ".jpg", ".jpeg", ".pdf")
"""Endings of what is no table of texts: read as one it would be blamed for its bytes."""


@readers("art.Table.v1")
class TableReader(Reader):
    """Rows of a CSV or Parquet file, as art.CSV.v1 reads them: by the names of the columns.

    Columns may stand in any order. A missing number becomes the training split's median, a text
    that the training split does not have is none of its categories; both are told.

    Args:
        numbers: of each column of numbers `missing`, what a missing value becomes, and what to
            `subtract` and to `divide` by.
        categories: of each column of texts the known ones.
        target: the column that is predicted; passed over where it is there.
        drop: further columns that are passed over.
        delimiter: what stands between two values of a CSV file.
        decimal, thousands, missing: how numbers and gaps are written, as in `art.CSV.v1`.
    """

    takes = "a table with the columns that the model was trained on: .csv, .csv.gz or .parquet"

    def __init__(
        self,
        numbers: dict[str, dict[str, float]],
        categories: dict[str, list[str]],
        target: str = "",
        drop: list[str] = [],  # noqa: B006 - read only
        delimiter: str = ",",
        decimal: str = ".",
        thousands: str = "",
        missing: list[str] = list(MISSING),  # noqa: B006 - read only
    ) -> None:
        from art.registry.data._table import TableEncoder

        names = ("missing", "subtract", "divide")
        known = {name: tuple(float(of[key]) for key in names) for name, of in numbers.items()}
        kinds = {name: tuple(values) for name, values in categories.items()}
        self._encoder = TableEncoder.known(known, kinds)  # type: ignore[arg-type]
        self._passed_over = {target, *drop}
        self._delimiter = delimiter
        self._spelling = Spelling(decimal, thousands, frozenset(text.lower() for text in missing))

    def read(self, path: Path) -> Rows:
        """The rows of a file, each known by its line."""
        from art.registry.readers._tables import columns_of

        if path.is_dir() or path.suffix.lower() in OTHERS:
            what = "a folder" if path.is_dir() else f"a {path.suffix} file"
            raise DataError(f"{path}: this is {what}, and the model takes {self.takes}.")
        return self._rows(columns_of(path, self._delimiter))

    def rows(self, values: Any) -> Rows:
        """Rows as dicts, or columns by name (a dict or a data frame)."""
        return self._rows(_columns(values))

    def as_python(self) -> str:
        """Reads the rows of a CSV file."""
        written = "row[name]"
        if self._spelling.thousands:
            written += f'.replace({self._spelling.thousands!r}, "")'
        if self._spelling.decimal != ".":
            written += f'.replace({self._spelling.decimal!r}, ".")'
        return (
            "import csv\n\n"
            "def encoded(row):\n"
            '    table = facts["data"]["reader"]\n'
            "    row = {name: '' if text.strip().lower() in table['missing'] else text.strip()\n"
            "           for name, text in row.items()}\n"
            f'    numbers = [(float({written} or of["missing"]) - of["subtract"]) / of["divide"]\n'
            '               for name, of in table["numbers"].items()]\n'
            "    return numbers + [float(row[name] == value)\n"
            '                      for name, values in table["categories"].items()'
            " for value in values]\n\n"
            'with open("new.csv", newline="", encoding="utf-8") as file:\n'
            f"    rows = csv.DictReader(file, delimiter={self._delimiter!r})\n"
            "    inputs = torch.tensor([encoded(row) for row in rows])"
        )

    def _rows(self, columns: Columns) -> Rows:
        from art.registry.data._table import Table

        self._refuse_missing_columns(columns)
        table, notes = Table({}, {}), []
        for name in self._encoder.numbers:
            table.numbers[name], said = self._numbers(columns, name)
            notes += said
        for name in self._encoder.categories:
            table.categories[name], said = self._texts(columns, name)
            notes += said
        notes += self.unused(columns)
        return Rows(self._encoder.transform(table), _names(columns), tuple(notes))

    def numbers_of(self, columns: Columns) -> Any:
        """The columns of numbers side by side, `(N, columns)`, NaN where a value is missing.

        Raises:
            DataError: a column is missing, or a value is no number.
        """
        import numpy as np

        self._refuse_missing_columns(columns)
        return np.stack([self._numbers(columns, name)[0] for name in self._encoder.numbers], axis=1)

    def unused(self, columns: Columns) -> tuple[str, ...]:
        """What is told of columns that the model was trained without."""
        known = {*self._encoder.numbers, *self._encoder.categories, *self._passed_over}
        extra = [name for name in columns.values if name not in known]
        return (f"{_list(extra)}: not used: the model was trained without it.",) if extra else ()

    def _refuse_missing_columns(self, columns: Columns) -> None:
        wanted = {**self._encoder.numbers, **self._encoder.categories}
        missing = [name for name in wanted if name not in columns.values]
        if not missing:
            return
        free = [name for name in columns.values if name not in wanted]
        what = f"column {_list(missing)}" if len(missing) == 1 else f"columns {_list(missing)}"
        tip = did_you_mean(missing[0], free) if len(missing) == 1 else f" It has {_list(free)}."
        tip = tip if free else ""
        raise DataError(
            f"{columns.path}: no {what}, which the model was trained on.{tip} Add what is missing; "
            f"a value that is not known may be left empty."
        )

    def _numbers(self, columns: Columns, name: str) -> tuple[Any, list[str]]:
        import numpy as np

        values = np.full(len(columns.lines), np.nan)
        for row, text in enumerate(columns.values[name]):
            if self._spelling.is_missing(text):
                continue
            number = self._spelling.number(text)
            if number is None:
                raise DataError(
                    f"{columns.path}:{columns.lines[row]}: '{text}' in column '{name}', and the "
                    f"model was trained on numbers there. Write it as a number, or leave it empty."
                )
            values[row] = number
        self._refuse_too_large(values, columns, name)
        missing = int(np.isnan(values).sum())
        if not missing:
            return values, []
        median = self._encoder.numbers[name][0]
        return values, [
            f"'{name}': {_rows_of(missing)} without a value, read as {median:.6g}, the training "
            f"split's median."
        ]

    def _refuse_too_large(self, values: Any, columns: Columns, name: str) -> None:
        """Refuse what is finite as it stands and infinite as the model would see it."""
        import numpy as np

        _, shift, by = self._encoder.numbers[name]
        with np.errstate(over="ignore"):  # of a float64 as well: it is too large all the same
            large = np.flatnonzero(np.abs((values - shift) / by) > np.finfo(np.float32).max)
        if len(large):
            row = int(large[0])
            raise DataError(
                f"{columns.path}:{columns.lines[row]}: '{columns.values[name][row]}' in column "
                f"'{name}' is too large for the model, which calculates with 32-bit numbers."
            )

    def _texts(self, columns: Columns, name: str) -> tuple[Any, list[str]]:
        import numpy as np

        texts = ["" if self._spelling.is_missing(text) else text for text in columns.values[name]]
        known = self._encoder.categories[name]
        new = Counter(text for text in texts if text not in known)
        values = np.array(texts, dtype=object)
        if not new:
            return values, []
        first = columns.lines[next(row for row, text in enumerate(texts) if text in new)]
        shown = _list([text or "(no value)" for text in new])
        return values, [
            f"'{name}': {shown}, in {_rows_of(sum(new.values()))} from {columns.path}:{first} on, "
            f"was not in the training split, and is read as none of its {len(known)} categories."
        ]


def _columns(values: Any) -> Columns:
    """Values in memory as the texts of a file."""
    if hasattr(values, "columns") and hasattr(values, "to_dict"):  # a data frame of any make
        values = {str(name): list(values[name]) for name in values.columns}
    if isinstance(values, Mapping):
        found = {str(name): _as_texts(column) for name, column in values.items()}
        if len({len(column) for column in found.values()}) > 1:
            raise DataError("the columns differ in length: each needs one value a row.")
    elif isinstance(values, Sequence) and values and all(isinstance(r, Mapping) for r in values):
        names = dict.fromkeys(str(name) for row in values for name in row)
        found = {name: _as_texts([row.get(name) for row in values]) for name in names}
    else:
        raise DataError(
            f"{type(values).__name__} is not a table: give rows as a list of dicts, columns as a "
            f"dict of lists, a data frame, or the path of a file."
        )
    count = len(next(iter(found.values()), []))
    if not count:
        raise DataError("there are no rows to predict.")
    return Columns(Path("row"), found, list(range(1, count + 1)))


def _as_texts(column: Any) -> list[str]:
    if isinstance(column, str) or not hasattr(column, "__iter__"):
        column = [column]
    values = [value.item() if hasattr(value, "item") else value for value in column]
    texts = ["" if value is None else str(value).strip() for value in values]
    return ["" if text in ("<NA>", "NaT") else text for text in texts]


def _names(columns: Columns) -> tuple[str, ...]:
    return tuple(str(number + 1) for number in range(len(columns.lines)))


def _rows_of(count: int) -> str:
    return f"{count} row{'s' * (count > 1)}"


def _list(names: Sequence[str]) -> str:
    shown = ", ".join(f"'{name}'" for name in names[:SHOWN])
    return f"{shown} and {len(names) - SHOWN} more" if len(names) > SHOWN else shown
