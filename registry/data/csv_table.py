"""A table in a CSV file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from annotated_types import Ge, Len

from art.errors import DataError
from art.registries import data
from art.registry.data._settings import BatchSize, Fraction, SplitSeed
from art.registry.data._spelling import MISSING, Spelling

if TYPE_CHECKING:
    import numpy as np
    import pytorch_lightning as pl

    from art.registry.data._csv import Columns
    from art.registry.data._table import Table
    from art.training.data_modules.arrays import Loaded

Kind = Literal["auto", "classification", "regression"]
MOST_NUMBERED_CLASSES = 20


@data("art.CSV.v1")
def csv_table(
    file: str,
    target: str,
    kind: Kind = "auto",
    batch_size: BatchSize = 64,
    val_fraction: Fraction = 0.15,
    test_fraction: Fraction = 0.15,
    split_seed: SplitSeed = 0,
    scale: Literal["standard", "none"] = "standard",
    drop: list[str] = [],  # noqa: B006 - read only
    max_categories: Annotated[int, Ge(2)] = 100,
    delimiter: Annotated[str, Len(1, 1)] = ",",
    decimal: Literal[".", ","] = ".",
    thousands: Literal["", ",", ".", " ", "'"] = "",
    missing: list[str] = list(MISSING),  # noqa: B006 - read only
    texts: list[str] = [],  # noqa: B006 - read only
) -> pl.LightningDataModule:
    """A table in a .csv or .csv.gz file with a header row.

    A column of numbers stays one, missing values become the training split's median. A column of
    texts becomes one column a category of the training split.

    Args:
        file: the CSV file.
        target: the column to predict.
        kind: what it is. `auto`: texts, and at most 20 different whole numbers, are classes.
        batch_size: samples in a training batch.
        val_fraction: share of the whole that is validated on; 0 for no such split.
        test_fraction: share of the whole that is kept for the end; 0 for no such split.
        split_seed: the splits are a function of it; change it to draw others.
        scale: `standard` brings columns of numbers to mean 0 and deviation 1 of the training
            split; `none` leaves the units.
        drop: columns to leave out, such as ids.
        max_categories: a column of texts with more different ones is refused.
        delimiter: what stands between two values.
        decimal: what comes before the decimals of a number.
        thousands: what sets the thousands of a number apart; empty where nothing does.
        missing: texts that mean that there is no value, in any case.
        texts: columns that are texts although they look like numbers, such as codes.
    """
    from art.training.data_modules.arrays import ArrayDataModule, Loaded, Splitting

    def read() -> Loaded:
        from art.registry.data._csv import read_columns
        from art.registry.data._table import TableEncoder

        columns = read_columns(Path(file), delimiter)
        spelling = Spelling(decimal, thousands, frozenset(text.lower() for text in missing))
        targets, class_names = _targets(columns, target, kind, spelling)
        return Loaded(
            inputs=_inputs(columns, target, drop, texts, spelling),
            targets=targets,
            encoder=TableEncoder(max_categories, scale == "standard"),
            class_names=class_names,
            reader={
                "@readers": "art.Table.v1",
                "target": target,
                "drop": list(drop),
                "delimiter": delimiter,
                "decimal": decimal,
                "thousands": thousands,
                "missing": list(missing),
            },
        )

    return ArrayDataModule(read, Splitting(val_fraction, test_fraction, split_seed), batch_size)


def _inputs(
    columns: Columns, target: str, drop: list[str], kept: list[str], spelling: Spelling
) -> Table:
    import numpy as np

    from art.registry.data._almost_numbers import spoilt_numbers
    from art.registry.data._table import Table

    for names, setting in ((drop, "drop"), (kept, "texts")):
        for name in names:
            columns.column(name, f"in {setting}")
    table = Table({}, {})
    for name, texts in columns.values.items():
        if name == target or name in drop:
            continue
        numbers = None if name in kept else spelling.numbers(texts)
        if numbers is not None:
            table.numbers[name] = np.array(numbers)
            continue
        spoilt = spoilt_numbers(name, texts, columns.lines, spelling, columns.path)
        if spoilt and name not in kept:
            raise DataError(spoilt)
        known = ["" if spelling.is_missing(text) else text for text in texts]
        table.categories[name] = np.array(known, dtype=object)
    if not table.numbers and not table.categories:
        raise DataError(f"{columns.path}: no column is left to predict '{target}' from.")
    return table


def _targets(
    columns: Columns, target: str, kind: Kind, spelling: Spelling
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Class indices and names, or float32 numbers and no names."""
    import numpy as np

    from art.registry.data._almost_numbers import spoilt_numbers
    from art.registry.data._csv import class_indices, target_texts

    texts = target_texts(columns, target, spelling)
    numbers = spelling.numbers(texts)
    if numbers is None and kind != "classification":
        spoilt = spoilt_numbers(target, texts, columns.lines, spelling, columns.path)
        if spoilt:
            raise DataError(spoilt)
    if kind == "auto":
        kind = "classification" if _is_classes(numbers) else "regression"
    if kind == "classification":
        return class_indices(columns, target, spelling)
    if numbers is None:
        raise DataError(
            f"{columns.path}: the target '{target}' is not all numbers, so this cannot be "
            f'a regression. Set kind = "classification", or choose another target.'
        )
    return np.array(numbers, dtype=np.float32), ()


def _is_classes(numbers: list[float] | None) -> bool:
    if numbers is None:
        return True
    values = set(numbers)
    return len(values) <= MOST_NUMBERED_CLASSES and all(value.is_integer() for value in values)
