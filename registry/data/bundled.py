"""Small real data sets that come with scikit-learn: nothing is downloaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from art.registries import data
from art.registry.data._settings import BatchSize, Fraction, SplitSeed

if TYPE_CHECKING:
    import pytorch_lightning as pl

    from art.training.data_modules.arrays import Loaded


@data("art.Digits.v1")
def digits(
    batch_size: BatchSize = 64,
    val_fraction: Fraction = 0.15,
    test_fraction: Fraction = 0.15,
    split_seed: SplitSeed = 0,
    scale: Literal["unit", "standard", "none"] = "unit",
) -> pl.LightningDataModule:
    """1,797 handwritten digits, images of 1x8x8 in 10 classes.

    Source: E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits, UCI, 1998.

    Args:
        batch_size: samples in a training batch.
        val_fraction: share of the whole that is validated on; 0 for no such split.
        test_fraction: share of the whole that is kept for the end; 0 for no such split.
        split_seed: the splits are a function of it; change it to draw others.
        scale: `unit` divides by 16, the largest value; `standard` to mean 0 and deviation 1 of
            the training split; `none` leaves 0..16.
    """
    from art.training.data_modules.arrays import ArrayDataModule, Loaded, Splitting
    from art.training.data_modules.scaling import Scaling

    def read() -> Loaded:
        from sklearn.datasets import load_digits

        found = load_digits()
        return Loaded(
            inputs=found.images[:, None],
            targets=found.target.astype("int64"),
            encoder=Scaling(scale, span=(0.0, 16.0)),
            class_names=tuple(str(digit) for digit in range(10)),
            reader={"@readers": "art.Array.v1", "array": "images", "channels": "add"},
        )

    return ArrayDataModule(read, Splitting(val_fraction, test_fraction, split_seed), batch_size)


@data("art.BreastCancer.v1")
def breast_cancer(
    batch_size: BatchSize = 64,
    val_fraction: Fraction = 0.15,
    test_fraction: Fraction = 0.15,
    split_seed: SplitSeed = 0,
    scale: Literal["standard", "none"] = "standard",
) -> pl.LightningDataModule:
    """569 tumours described by 30 numbers: malignant or benign.

    Source: W. Wolberg and others, Breast Cancer Wisconsin (Diagnostic), UCI, 1995.

    Args:
        batch_size: samples in a training batch.
        val_fraction: share of the whole that is validated on; 0 for no such split.
        test_fraction: share of the whole that is kept for the end; 0 for no such split.
        split_seed: the splits are a function of it; change it to draw others.
        scale: `standard` brings each column to mean 0 and deviation 1 of the training split;
            `none` leaves the units.
    """
    from art.training.data_modules.arrays import ArrayDataModule, Splitting

    def read() -> Loaded:
        from sklearn.datasets import load_breast_cancer

        return _table(load_breast_cancer(), scale)

    return ArrayDataModule(read, Splitting(val_fraction, test_fraction, split_seed), batch_size)


@data("art.Diabetes.v1")
def diabetes(
    batch_size: BatchSize = 64,
    val_fraction: Fraction = 0.15,
    test_fraction: Fraction = 0.15,
    split_seed: SplitSeed = 0,
    scale: Literal["standard", "none"] = "standard",
) -> pl.LightningDataModule:
    """442 patients described by 10 numbers; the target is the disease's progress in a year.

    Source: B. Efron, T. Hastie, I. Johnstone, R. Tibshirani, Least Angle Regression, Annals of
    Statistics, 2004. Targets are as published, 25 to 346, shape `(N,)`.

    Args:
        batch_size: samples in a training batch.
        val_fraction: share of the whole that is validated on; 0 for no such split.
        test_fraction: share of the whole that is kept for the end; 0 for no such split.
        split_seed: the splits are a function of it; change it to draw others.
        scale: `standard` brings each column to mean 0 and deviation 1 of the training split;
            `none` leaves the units.
    """
    from art.training.data_modules.arrays import ArrayDataModule, Splitting

    def read() -> Loaded:
        from sklearn.datasets import load_diabetes

        return _table(load_diabetes(scaled=False), scale)

    return ArrayDataModule(read, Splitting(val_fraction, test_fraction, split_seed), batch_size)


def _table(found: object, scale: Literal["standard", "none"]) -> Loaded:
    """A table of scikit-learn's as ours: names as plain text, targets in our types."""
    from art.training.data_modules.arrays import Loaded
    from art.training.data_modules.scaling import Scaling

    classes = tuple(str(name) for name in getattr(found, "target_names", ()))
    return Loaded(
        inputs=found.data,  # type: ignore[attr-defined]
        targets=found.target.astype("int64" if classes else "float32"),  # type: ignore[attr-defined]
        encoder=Scaling(
            scale,
            feature_names=tuple(str(name) for name in found.feature_names),  # type: ignore[attr-defined]
        ),
        class_names=classes,
        reader={"@readers": "art.Array.v1", "array": "inputs", "channels": "as_is"},
    )
