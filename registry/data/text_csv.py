"""Texts and their labels in a CSV file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from annotated_types import Ge, Len

from art.errors import DataError
from art.registries import data
from art.registry.data._settings import BatchSize, Fraction, SplitSeed

if TYPE_CHECKING:
    import numpy as np
    import pytorch_lightning as pl

    from art.registry.data._csv import Columns
    from art.training.data_modules.arrays import Loaded

Count = Annotated[int, Ge(1)]


@data("art.TextCSV.v1")
def text_csv(
    file: str,
    text: str = "text",
    label: str = "label",
    batch_size: BatchSize = 32,
    val_fraction: Fraction = 0.15,
    test_fraction: Fraction = 0.15,
    split_seed: SplitSeed = 0,
    max_words: Count = 20_000,
    min_count: Count = 2,
    max_length: Count = 64,
    delimiter: Annotated[str, Len(1, 1)] = ",",
) -> pl.LightningDataModule:
    """Texts with a label each, in a .csv or .csv.gz file with a header row.

    Texts become rows of token ids: words and punctuation marks in lower case, numbered by how
    often the training split has them. 0 fills short texts up at their end, 1 is an unknown word.

    Args:
        file: the CSV file.
        text: the column of the texts.
        label: the column to predict; its different values are the classes.
        batch_size: samples in a training batch.
        val_fraction: share of the whole that is validated on; 0 for no such split.
        test_fraction: share of the whole that is kept for the end; 0 for no such split.
        split_seed: the splits are a function of it; change it to draw others.
        max_words: words that are known at most, the most frequent first.
        min_count: a word that the training split has less often is unknown.
        max_length: words of a text that are read at most.
        delimiter: what stands between two values.
    """
    from art.training.data_modules.arrays import ArrayDataModule, Loaded, Splitting

    def read() -> Loaded:
        from art.registry.data._csv import class_indices, read_columns
        from art.registry.data._text import TextEncoder

        columns = read_columns(Path(file), delimiter)
        targets, class_names = class_indices(columns, label)
        return Loaded(
            inputs=texts_of(columns, text),
            targets=targets,
            encoder=TextEncoder(max_words, min_count, max_length),
            class_names=class_names,
            reader={
                "@readers": "art.Texts.v1",
                "column": text,
                "label": label,
                "delimiter": delimiter,
            },
        )

    return ArrayDataModule(read, Splitting(val_fraction, test_fraction, split_seed), batch_size)


def texts_of(columns: Columns, name: str) -> np.ndarray:
    """A column of texts, `(N,)` objects.

    Raises:
        DataError: there is no such column, or a row has no text.
    """
    import numpy as np

    texts = columns.column(name, "the texts")
    empty = [line for text, line in zip(texts, columns.lines, strict=True) if not text]
    if empty:
        raise DataError(
            f"{columns.path}:{empty[0]}: no text in '{name}', and so in {len(empty)} of "
            f"{len(texts)} rows. Leave these rows out of the file."
        )
    return np.array(texts, dtype=object)
