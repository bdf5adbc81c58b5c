"""A table of named columns, numbers and categories, and its encoding as numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from art.errors import DataError

if TYPE_CHECKING:
    import numpy as np

ABSENT = "(missing)"


@dataclass(frozen=True)
class Table:
    """Columns of one length.

    Attributes:
        numbers: float64 columns by name, NaN where a value is missing.
        categories: text columns by name, `""` where a value is missing.
    """

    numbers: dict[str, np.ndarray]
    categories: dict[str, np.ndarray]

    def __len__(self) -> int:
        return next(
            (len(column) for column in (*self.numbers.values(), *self.categories.values())), 0
        )

    def __getitem__(self, rows: np.ndarray) -> Table:
        """The table of these rows alone."""
        return Table(
            {name: column[rows] for name, column in self.numbers.items()},
            {name: column[rows] for name, column in self.categories.items()},
        )


class TableEncoder:
    """Numbers: missing ones become the median, then mean 0 and deviation 1. Categories: one column
    each, 1 where it is that category. All by the training split; an unknown category is all zeros.

    Args:
        max_categories: a column with more of them is refused.
        scale: False leaves the numbers' units.

    Attributes:
        numbers: of each column of numbers what its missing values become, what is subtracted and
            what is divided by, in this order; known after `fit`.
        categories: of each column of texts the texts that are known, known after `fit`.
    """

    def __init__(self, max_categories: int = 0, scale: bool = True) -> None:
        self.numbers: dict[str, tuple[float, float, float]] = {}
        self.categories: dict[str, tuple[str, ...]] = {}
        self._max_categories = max_categories
        self._scale = scale
        self._missing: dict[str, int] = {}

    @classmethod
    def known(
        cls,
        numbers: Mapping[str, tuple[float, float, float]],
        categories: Mapping[str, tuple[str, ...]],
    ) -> TableEncoder:
        """One that has learnt these."""
        encoder = cls()
        encoder.numbers, encoder.categories = dict(numbers), dict(categories)
        return encoder

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The columns that come out: numbers by their names, then a column a category."""
        flags = [f"{n}={v or ABSENT}" for n, values in self.categories.items() for v in values]
        return (*self.numbers, *flags)

    def fit(self, inputs: Table) -> None:
        """Learn medians, means, deviations and categories from the training split.

        Raises:
            DataError: a text column has too many different values to be a category.
        """
        import numpy as np

        self._check_categories(inputs)
        if inputs.numbers:
            learnt = _learnt_of_numbers(_matrix(inputs.numbers), self._scale)
            self.numbers = dict(zip(inputs.numbers, learnt, strict=True))
        self._missing = {
            **{name: int(np.isnan(column).sum()) for name, column in inputs.numbers.items()},
            **{name: int((column == "").sum()) for name, column in inputs.categories.items()},
        }
        self.categories = {
            name: tuple(sorted(set(column.tolist()))) for name, column in inputs.categories.items()
        }

    @property
    def prepared(self) -> tuple[tuple[str, str, int, str], ...]:
        """What becomes of each column, known after `fit`; see `DataInfo`."""
        numbers = (
            (name, "numbers", self._missing.get(name, 0), self._done(name)) for name in self.numbers
        )
        texts = (
            (name, "texts", self._missing.get(name, 0), _flagged(values))
            for name, values in self.categories.items()
        )
        return (*numbers, *texts)

    def _done(self, name: str) -> str:
        median, mean, deviation = self.numbers[name]
        done = [f"missing become {median:.4g}, the median"] if self._missing.get(name) else []
        if self._scale:
            done.append(f"mean {mean:.4g} and deviation {deviation:.4g} become 0 and 1")
        return "; ".join(done) or "left as it is"

    def transform(self, inputs: Table) -> np.ndarray:
        """`(N, F)` float32, columns as in `feature_names`."""
        import numpy as np

        columns = [
            (np.where(np.isnan(inputs.numbers[name]), missing, inputs.numbers[name]) - shift) / by
            for name, (missing, shift, by) in self.numbers.items()
        ]
        columns += [
            inputs.categories[name] == value
            for name, values in self.categories.items()
            for value in values
        ]
        return np.stack(columns, axis=1).astype(np.float32)

    def learnt(self) -> dict[str, Any]:
        """What was learnt, as settings of `art.Table.v1` of `@readers`."""
        names = ("missing", "subtract", "divide")
        return {
            "numbers": {
                name: dict(zip(names, of, strict=True)) for name, of in self.numbers.items()
            },
            "categories": {name: list(values) for name, values in self.categories.items()},
        }

    def _check_categories(self, inputs: Table) -> None:
        for name, column in inputs.categories.items():
            count = len(set(column.tolist()))
            if count > self._max_categories:
                raise DataError(
                    f"column '{name}' has {count} different texts, more than max_categories = "
                    f"{self._max_categories}: it looks like free text or an id. Name it in drop, "
                    f"or raise max_categories."
                )


SHOWN = 3
"""Categories that are named."""


def _flagged(values: tuple[str, ...]) -> str:
    named = ", ".join(value or ABSENT for value in values[:SHOWN])
    return f"{len(values)} categories, a column each: {named}{', ...' * (len(values) > SHOWN)}"


def _matrix(columns: dict[str, np.ndarray]) -> np.ndarray:
    import numpy as np

    return np.stack(list(columns.values()), axis=1)


def _learnt_of_numbers(columns: np.ndarray, scale: bool) -> list[tuple[float, float, float]]:
    """Of each column its median, its mean and its deviation; 0 and 1 where units are left."""
    from sklearn.impute import SimpleImputer
    from sklearn.preprocessing import StandardScaler

    imputer = SimpleImputer(strategy="median", keep_empty_features=True)
    filled = imputer.fit_transform(columns)
    medians = [0.0 if math.isnan(median) else median for median in imputer.statistics_.tolist()]
    if not scale:
        return [(median, 0.0, 1.0) for median in medians]
    scaler = StandardScaler().fit(filled)
    return list(zip(medians, scaler.mean_.tolist(), scaler.scale_.tolist(), strict=True))
