"""The MNIST family: images in IDX files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from annotated_types import Ge

from art.errors import DataError
from art.registries import data
from art.registry.data._settings import BatchSize, Fraction, SplitSeed

if TYPE_CHECKING:
    import pytorch_lightning as pl

    from art.training.data_modules.arrays import Loaded


@data("art.IDX.v1")
def idx(
    folder: str,
    batch_size: BatchSize = 64,
    val_fraction: Fraction = 0.15,
    split_seed: SplitSeed = 0,
    scale: Literal["unit", "standard", "none"] = "unit",
    limit: Annotated[int, Ge(1)] | None = None,
    class_names: list[str] | None = None,
) -> pl.LightningDataModule:
    """Images in the IDX files of MNIST, Fashion-MNIST and their kin, as 1xHxW.

    The folder holds `train-images-idx3-ubyte`, `train-labels-idx1-ubyte` and the same of `t10k`,
    gzipped or not. The train files are split into train and val; `t10k` is the test split.

    Args:
        folder: where the four files are.
        batch_size: samples in a training batch.
        val_fraction: share of the train files that is validated on; 0 for no such split.
        split_seed: the split is a function of it; change it to draw another.
        scale: `unit` divides by 255; `standard` to mean 0 and deviation 1 of the training split;
            `none` leaves 0..255.
        limit: read the first so many of the train files, and of the test files, only.
        class_names: one a class; the class's number where none are given.
    """
    from art.training.data_modules.arrays import ArrayDataModule, Splitting

    def read() -> Loaded:
        return _load(Path(folder), scale, limit, class_names)

    return ArrayDataModule(read, Splitting(val_fraction, 0.0, split_seed), batch_size)


def _load(
    folder: Path,
    scale: Literal["unit", "standard", "none"],
    limit: int | None,
    class_names: list[str] | None,
) -> Loaded:
    from art.registry.data._idx import read_pair
    from art.training.data_modules.arrays import Loaded
    from art.training.data_modules.scaling import Scaling

    images, labels = (part[:limit] for part in read_pair(folder, "train"))
    test_images, test_labels = (part[:limit] for part in read_pair(folder, "t10k"))
    if test_images.shape[1:] != images.shape[1:]:
        raise DataError(
            f"{folder}: train images are {images.shape[1]}x{images.shape[2]} but t10k images are "
            f"{test_images.shape[1]}x{test_images.shape[2]}: they do not belong together."
        )
    classes = int(max(labels.max(initial=0), test_labels.max(initial=0))) + 1
    names = tuple(class_names) if class_names else tuple(str(i) for i in range(classes))
    if len(names) < classes:
        raise DataError(
            f"{folder}: there are {classes} classes but class_names has {len(names)} names."
        )
    return Loaded(
        inputs=images[:, None],
        targets=labels.astype("int64"),
        encoder=Scaling(scale, span=(0.0, 255.0)),
        class_names=names,
        reader={"@readers": "art.Array.v1", "array": "images", "channels": "add"},
        test=(test_images[:, None], test_labels.astype("int64")),
    )
