"""A table of named columns, numbers and categories, and its encoding as numbers."""

from __future__ import annotations

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
    """

    def __init__(self, max_categories: int, scale: bool) -> None:
        self.feature_names: tuple[str, ...] = ()
        self._max_categories = max_categories
        self._scale = scale
        self._numbers: Any = None
        self._categories: Any = None

    def fit(self, inputs: Table) -> None:
        """Learn medians, means, deviations and categories from the training split.

        Raises:
            DataError: a text column has too many different values to be a category.
        """
        names = list(inputs.numbers)
        if inputs.numbers:
            self._numbers = _number_encoder(self._scale).fit(_matrix(inputs.numbers))
        if inputs.categories:
            self._check_categories(inputs)
            self._categories = _category_encoder().fit(_matrix(inputs.categories))
            for name, values in zip(inputs.categories, self._categories.categories_, strict=True):
                names += [f"{name}={value or ABSENT}" for value in values]
        self.feature_names = tuple(names)

    def transform(self, inputs: Table) -> np.ndarray:
        """`(N, F)` float32, columns as in `feature_names`."""
        import numpy as np

        parts = []
        if self._numbers is not None:
            parts.append(self._numbers.transform(_matrix(inputs.numbers)))
        if self._categories is not None:
            parts.append(self._categories.transform(_matrix(inputs.categories)))
        return np.concatenate(parts, axis=1).astype(np.float32)

    def _check_categories(self, inputs: Table) -> None:
        for name, column in inputs.categories.items():
            count = len(set(column.tolist()))
            if count > self._max_categories:
                raise DataError(
                    f"column '{name}' has {count} different texts, more than max_categories = "
                    f"{self._max_categories}: it looks like free text or an id. Name it in drop, "
                    f"or raise max_categories."
                )


def _matrix(columns: dict[str, np.ndarray]) -> np.ndarray:
    import numpy as np

    return np.stack(list(columns.values()), axis=1)


def _number_encoder(scale: bool) -> Any:
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    impute = SimpleImputer(strategy="median", keep_empty_features=True)
    return make_pipeline(impute, StandardScaler()) if scale else impute


def _category_encoder() -> Any:
    from sklearn.preprocessing import OneHotEncoder

    return OneHotEncoder(handle_unknown="ignore", sparse_output=False)
