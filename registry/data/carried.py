"""Small real data sets that ART carries: nothing is downloaded. files/SOURCES.md has licences."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from annotated_types import Ge

from art.registries import data
from art.registry.data._settings import BatchSize, Fraction, SplitSeed

if TYPE_CHECKING:
    import pytorch_lightning as pl

    from art.training.data_modules.arrays import Loaded

FILES = Path(__file__).parent / "files"

Count = Annotated[int, Ge(1)]


@data("art.Banking.v1")
def banking(
    batch_size: BatchSize = 32,
    val_fraction: Fraction = 0.15,
    split_seed: SplitSeed = 0,
    max_words: Count = 20_000,
    min_count: Count = 2,
    max_length: Count = 64,
) -> pl.LightningDataModule:
    """1,786 questions to a bank as token ids, in 10 classes by what the customer wants.

    Source: I. Casanueva and others, BANKING77, 2020, CC BY 4.0; 10 of its intents. The 400 test
    questions are the source's; 0 fills short texts up at their end, 1 is an unknown word.

    Args:
        batch_size: samples in a training batch.
        val_fraction: share of the 1,386 training questions that is validated on; 0 for no such
            split.
        split_seed: the split is a function of it; change it to draw another.
        max_words: words that are known at most, the most frequent first.
        min_count: a word that the training split has less often is unknown.
        max_length: words of a text that are read at most.
    """
    from art.training.data_modules.arrays import ArrayDataModule, Splitting

    def read() -> Loaded:
        from art.registry.data._csv import class_indices, read_columns
        from art.registry.data._text import TextEncoder
        from art.registry.data.text_csv import texts_of
        from art.training.data_modules.arrays import Loaded

        train = read_columns(FILES / "banking_train.csv", ",")
        test = read_columns(FILES / "banking_test.csv", ",")
        targets, class_names = class_indices(train, "category")
        return Loaded(
            inputs=texts_of(train, "text"),
            targets=targets,
            encoder=TextEncoder(max_words, min_count, max_length),
            class_names=class_names,
            test=(texts_of(test, "text"), class_indices(test, "category")[0]),
            reader={"@readers": "art.Texts.v1", "column": "text", "label": "category"},
        )

    return ArrayDataModule(read, Splitting(val_fraction, 0.0, split_seed), batch_size)


@data("art.Nuclei.v1")
def nuclei(
    batch_size: BatchSize = 4,
    val_fraction: Fraction = 0.15,
    test_fraction: Fraction = 0.15,
    split_seed: SplitSeed = 0,
    scale: Literal["standard", "unit", "none"] = "standard",
) -> pl.LightningDataModule:
    """64 microscope images of 1x96x96 with masks: which pixels are of a nucleus.

    Source: 2018 Data Science Bowl, J. Caicedo and others, Nature Methods, 2019, CC0. About 8% of
    the pixels are of a nucleus.

    Args:
        batch_size: images in a training batch.
        val_fraction: share of the whole that is validated on; 0 for no such split.
        test_fraction: share of the whole that is kept for the end; 0 for no such split.
        split_seed: the splits are a function of it; change it to draw others.
        scale: `standard` to mean 0 and deviation 1 of the training split; `unit` divides by 255;
            `none` leaves 0..255.
    """
    from art.training.data_modules.arrays import ArrayDataModule, Splitting

    def read() -> Loaded:
        import numpy as np

        from art.training.data_modules.arrays import Loaded
        from art.training.data_modules.scaling import Scaling

        with np.load(FILES / "nuclei.npz", allow_pickle=False) as found:
            images, masks = found["images"], found["masks"]
        return Loaded(
            inputs=images[:, None],
            targets=masks.astype(np.int64),
            encoder=Scaling(scale, span=(0.0, 255.0)),
            class_names=("background", "nucleus"),
            reader={"@readers": "art.Array.v1", "array": "images", "channels": "add"},
        )

    return ArrayDataModule(read, Splitting(val_fraction, test_fraction, split_seed), batch_size)
