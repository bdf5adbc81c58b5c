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

SPLITS = ("train", "val", "test")
SCANNED_BATCHES = 500
"""Batches of the training split that are read for shapes and targets where it has to be read."""


def loader_of(data: pl.LightningDataModule, split: str) -> Iterable[Any] | None:
    """The loader of a split of a data module that is set up for fit; None where it has none.

    Several loaders (a list or dict) are not one split; the first stands for it.
    """
    method = f"{split}_dataloader"
    if getattr(type(data), method, None) is getattr(pl.LightningDataModule, method):
        return None
    if split == "test":
        data.setup("test")
    loader = getattr(data, method)()
    if isinstance(loader, dict):
        loader = next(iter(loader.values()), None)
    elif isinstance(loader, list | tuple):
        loader = loader[0] if loader else None
    return loader


def describe(data: pl.LightningDataModule) -> DataInfo:
    """Shapes, classes and sizes of a data module that is set up.

    A module may say what it knows (`kind`, `class_names`, `feature_names`, `num_classes`); the
    rest is read from its training split.

    Raises:
        DataError: there is no training split, it is empty, or it has one class only.
    """
    loader = loader_of(data, "train")
    if loader is None:
        raise DataError(
            f"{type(data).__name__} has no train_dataloader: there is nothing to train on."
        )
    inputs, targets = _scan(loader)
    kind = str(getattr(data, "kind", "") or _kind_of(targets))
    sizes = {split: size for split in SPLITS if (size := _size(data, split)) is not None}
    common: dict[str, Any] = {
        "input_shape": tuple(inputs.shape[1:]),
        "kind": kind,
        "sizes": sizes,
        "feature_names": tuple(getattr(data, "feature_names", None) or ()),
    }
    if kind == "classification" and targets is not None and targets.ndim == 1:
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
    if kind == "segmentation" and targets is not None:
        classes = max(int(classes or 0), int(targets.max()) + 1)
    names = tuple(str(name) for name in getattr(data, "class_names", None) or ())
    return DataInfo(output_size=int(classes or len(names) or 1), class_names=names, **common)


def _classes(data: Any, targets: Tensor, common: dict[str, Any]) -> DataInfo:
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
        raise DataError(
            "the training split is empty. Look at the path of the data and at how it is split."
        )
    return first, torch.cat(
        [part.reshape(len(part), *part.shape[1:]) for part in seen]
    ) if seen else None


def _kind_of(targets: Tensor | None) -> str:
    if targets is None:
        return ""
    if targets.is_floating_point():
        return "regression"
    return "classification" if targets.ndim == 1 else "segmentation"


def _size(data: pl.LightningDataModule, split: str) -> int | None:
    loader = loader_of(data, split)
    if loader is None:
        return None
    dataset = getattr(loader, "dataset", None)
    try:
        return len(dataset) if dataset is not None else len(loader)  # type: ignore[arg-type]
    except TypeError:  # an iterable data set does not know
        return None
