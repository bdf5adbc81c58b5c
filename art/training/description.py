"""What any data module holds, found by looking at it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytorch_lightning as pl
import torch
from torch import Tensor

from art.core.data_info import DataInfo
from art.errors import DataError
from art.training.batches import inputs_of, targets_of
from art.training.collecting import IGNORED, joined

SPLITS = ("train", "val", "test")
SCANNED_BATCHES = 500
"""Batches of the training split that are read for shapes and targets where it has to be read."""


def loader_of(data: pl.LightningDataModule, split: str) -> Iterable[Any] | None:
    """The loader of a split of a data module that is set up for fit; None where it has none.

    Several loaders (a list or dict) are not one split; the first stands for it.

    Raises:
        DataError: the split is empty.
    """
    method = f"{split}_dataloader"
    if getattr(type(data), method, None) is getattr(pl.LightningDataModule, method):
        return None
    if split == "test":
        data.setup("test")
    try:
        loader = getattr(data, method)()
    except ValueError as error:
        if "num_samples" not in str(error):  # what torch's DataLoader says of shuffling nothing
            raise
        raise DataError(_empty(split)) from error
    if isinstance(loader, dict):
        loader = next(iter(loader.values()), None)
    elif isinstance(loader, list | tuple):
        loader = loader[0] if loader else None
    if loader is not None and _length(loader) == 0:
        raise DataError(_empty(split))
    return loader


def describe(data: pl.LightningDataModule, expected: str = "") -> DataInfo:
    """Shapes, classes and sizes of a data module that is set up.

    A module may say what it knows (`kind`, `class_names`, `feature_names`, `num_classes`); the
    rest is read from its training split.

    Args:
        data: the data module.
        expected: the task's kind; decides where whole numbers may be classes or amounts.

    Raises:
        DataError: there is no training split, it is empty, or it has one class only.
    """
    loader = loader_of(data, "train")
    if loader is None:
        raise DataError(
            f"{type(data).__name__} has no train_dataloader: there is nothing to train on."
        )
    inputs, targets = _scan(loader)
    kind = str(getattr(data, "kind", "") or _kind_of(targets, expected))
    if kind == "classification" and targets is not None and targets.ndim > 1:
        kind = "segmentation"
    sizes = {split: size for split in SPLITS if (size := _size(data, split)) is not None}
    common: dict[str, Any] = {
        "input_shape": tuple(inputs.shape[1:]),
        "kind": kind,
        "sizes": sizes,
        "feature_names": tuple(getattr(data, "feature_names", None) or ()),
    }
    if kind in ("classification", "segmentation") and targets is not None:
        return _classes(data, targets, common)
    if kind == "regression" and targets is not None:
        table = targets.reshape(len(targets), -1).double()
        return DataInfo(
            output_size=table.shape[1],
            target_mean=tuple(table.mean(0).tolist()),
            target_std=tuple(table.std(0, unbiased=False).tolist()),
            **common,
        )
    classes = getattr(data, "num_classes", None)
    names = tuple(str(name) for name in getattr(data, "class_names", None) or ())
    return DataInfo(output_size=int(classes or len(names) or 1), class_names=names, **common)


def _classes(data: Any, targets: Tensor, common: dict[str, Any]) -> DataInfo:
    """What is known of class indices: one a sample, or one a pixel where -100 is passed over."""
    if targets.ndim > 1:
        targets = targets[targets != IGNORED]
    if not len(targets):
        raise DataError(f"the training masks hold nothing but {IGNORED}, which is passed over.")
    if int(targets.min()) < 0:
        raise DataError(
            f"the training targets hold {int(targets.min())}: class indices start at 0. "
            f"Subtract the smallest label, or drop the rows without one."
        )
    counts = torch.bincount(targets.long()).tolist()
    if sum(1 for count in counts if count) < 2:
        raise DataError(
            f"the training split has one class only ({counts.index(max(counts))}): there is "
            f"nothing to tell apart. Look at how the data is split, and whether it is sorted."
        )
    names = tuple(str(name) for name in getattr(data, "class_names", None) or ())
    known = getattr(data, "num_classes", None)
    size = max(len(counts), int(known or 0), len(names))
    counts += [0] * (size - len(counts))
    if len(names) < size:
        names += tuple(str(index) for index in range(len(names), size))
    return DataInfo(output_size=size, class_names=names, class_counts=tuple(counts), **common)


def _scan(loader: Iterable[Any]) -> tuple[Tensor, Tensor | None]:
    """One batch of inputs, and the training targets (all of them where that is cheap)."""
    inputs, targets = getattr(loader, "inputs", None), getattr(loader, "targets", None)
    if isinstance(inputs, Tensor) and isinstance(targets, Tensor) and len(inputs):
        return inputs[:1], targets
    first: Tensor | None = None
    seen: list[Tensor] = []
    for index, batch in enumerate(loader):
        part = targets_of(batch)
        if first is None:
            first = inputs_of(batch)
            if not isinstance(first, Tensor):
                raise DataError(
                    f"the inputs are {type(first).__name__}; ART needs a tensor with one row a "
                    f"sample."
                )
        if part is not None:
            seen.append(part.detach().cpu())
        if index + 1 >= SCANNED_BATCHES:
            break
    if first is None or not len(first):
        raise DataError(_empty("train"))
    if not seen:
        return first, None
    return first, torch.from_numpy(joined([part.numpy() for part in seen], IGNORED))


def _empty(split: str) -> str:
    name = {"train": "training", "val": "validation"}.get(split, split)
    return f"the {name} split is empty. Look at the path of the data and at how it is split."


def _kind_of(targets: Tensor | None, expected: str) -> str:
    if targets is None:
        return ""
    if targets.is_floating_point() or expected == "regression":
        return "regression"
    return "classification" if targets.ndim == 1 else "segmentation"


def _size(data: pl.LightningDataModule, split: str) -> int | None:
    loader = loader_of(data, split)
    return None if loader is None else _length(loader)


def _length(loader: Iterable[Any]) -> int | None:
    """Samples where the loader has a data set, else its batches; None where neither is known."""
    dataset = getattr(loader, "dataset", None)
    try:
        return len(dataset) if dataset is not None else len(loader)  # type: ignore[arg-type]
    except TypeError:  # an iterable data set does not know
        return None
