"""What any data module holds, found by looking at it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from art.core.data_info import DataInfo
from art.errors import DataError
from art.training.data_modules.batches import parts_of, rows_of, tensors_of
from art.training.data_modules.collecting import IGNORED, array_of, joined, side_by_side, why_unread
from art.training.data_modules.token_ids import ids_in, words_of
from art.training.namespaces import CombinedLoader, is_combined, overrides, pl

SPLITS = ("train", "val", "test")
SCANNED_BATCHES = 500
"""Batches of the training split that are read for shapes and targets where it has to be read."""


class Together:
    """Several loaders at once, as the Trainer delivers them: one batch of each a step.

    Args:
        loaders: a list or dict of them; each batch is a list or dict of their batches.
    """

    def __init__(self, loaders: Any) -> None:
        combined = is_combined(loaders)
        self.loaders = loaders.iterables if combined else loaders
        self.mode: Any = loaders._mode if combined else "max_size_cycle"

    def __iter__(self) -> Iterator[Any]:
        return (batch for batch, _, _ in self._combined())

    def __len__(self) -> int:
        return len(self._combined())

    def _combined(self) -> CombinedLoader:
        """A fresh one each time: it is its own iterator, and has a length once it is one."""
        return iter(CombinedLoader(self.loaders, self.mode))


def loader_of(data: pl.LightningDataModule, split: str) -> Iterable[Any] | None:
    """The loader of a split of a data module that is set up for fit; None where it has none.

    Several loaders (a list or dict) for training are read together, and so is a CombinedLoader
    that gives a batch of each. Of several that are validated or tested one after the other the
    first stands for the split.

    Raises:
        DataError: the split is empty.
    """
    loader = loaders_of(data, split)
    several = isinstance(loader, dict | list | tuple) and len(loader) > 0
    combined = is_combined(loader)
    if (split == "train" and several) or (combined and loader._mode != "sequential"):
        return Together(loader)
    if combined:
        loader = next(iter(loader.flattened), None)
    elif isinstance(loader, dict):
        loader = next(iter(loader.values()), None)
    elif isinstance(loader, list | tuple):
        loader = loader[0] if loader else None
    if loader is not None and _length(loader) == 0:
        raise DataError(_empty(split))
    found: Iterable[Any] | None = loader
    return found


def loaders_of(data: pl.LightningDataModule, split: str) -> Any:
    """What a data module gives for a split, as a module's own steps are to get it.

    Raises:
        DataError: the split is empty.
    """
    method = f"{split}_dataloader"
    if not overrides(data, method):
        return None
    if split == "test":
        data.setup("test")
    try:
        return getattr(data, method)()
    except ValueError as error:
        if "num_samples" not in str(error):  # what torch's DataLoader says of shuffling nothing
            raise
        raise DataError(_empty(split)) from error


def describe(data: pl.LightningDataModule, expected: str = "") -> DataInfo:
    """Shapes, classes and sizes of a data module that is set up.

    A module may say what it knows (`kind`, `class_names`, `feature_names`, `num_classes`,
    `vocabulary`, a list of the words by id, or `vocabulary_size`); the rest is read from its
    training split.

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
    scanned = _scan(loader)
    targets = scanned.targets
    if not scanned.plain and not _can_be_classes(targets):
        targets = None  # a guess that was wrong
    kind = str(getattr(data, "kind", "") or _kind_of(targets, expected))
    if kind == "classification" and targets is not None and targets.ndim > 1:
        kind = "segmentation"
    sizes = {split: size for split in SPLITS if (size := _size(data, split)) is not None}
    common: dict[str, Any] = {
        "input_shape": scanned.input_shape,
        "kind": kind,
        "sizes": sizes,
        "feature_names": tuple(getattr(data, "feature_names", None) or ()),
        **words_of(data, scanned.tokens),
        "unread": scanned.unread,
        "has_targets": targets is not None,
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


@dataclass(frozen=True)
class _Scanned:
    """What is read of the training split; all of its targets where that is cheap."""

    input_shape: tuple[int, ...]
    targets: Tensor | None
    plain: bool = True
    unread: str = ""
    tokens: int = 0


def _scan(loader: Iterable[Any]) -> _Scanned:
    inputs, targets = getattr(loader, "inputs", None), getattr(loader, "targets", None)
    if isinstance(inputs, Tensor) and isinstance(targets, Tensor) and len(inputs):
        return _Scanned(tuple(inputs.shape[1:]), targets, tokens=ids_in(inputs))
    shape: tuple[int, ...] | None = None
    seen: list[np.ndarray] = []
    plain, tokens = True, 0
    for index, batch in enumerate(loader):
        parts = parts_of(batch)
        unread = why_unread(parts)
        if unread:
            return _Scanned((), None, unread=unread)
        if shape is None:
            arrays = [array_of(tensor[:1]) for tensor in tensors_of(parts.inputs)]
            shape = side_by_side(arrays).shape[1:]
            if not rows_of(parts):
                raise DataError(_empty("train"))
        tokens = max([tokens, *map(ids_in, tensors_of(parts.inputs))])
        goal, plain = parts.targets, plain and parts.plain
        if not isinstance(goal, Tensor) or not goal.ndim:
            return _Scanned(shape, None, tokens=tokens)
        seen.append(array_of(goal))
        if index + 1 >= SCANNED_BATCHES:
            break
    if shape is None:
        raise DataError(_empty("train"))
    if len({goal.ndim for goal in seen}) != 1:
        return _Scanned(shape, None, tokens=tokens)
    goals = torch.from_numpy(joined(seen, IGNORED))
    return _Scanned(shape, goals, plain, tokens=tokens)


def _can_be_classes(targets: Tensor | None) -> bool:
    """Whether guessed targets are numbers, or class indices of two classes and more."""
    if targets is None or targets.is_floating_point():
        return True
    return int(targets.min()) >= 0 and int(targets.max()) > int(targets.min())


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
