"""What any data module holds, found by looking at it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import torch
from torch import Tensor

from art.core.data_info import DataInfo
from art.errors import DataError
from art.training.data_modules.batches import (
    Parts,
    parts_of,
    rows_of,
    targets_of,
    tensors_of,
)
from art.training.data_modules.collecting import (
    IGNORED,
    array_of,
    joined,
    make_of,
    side_by_side,
    why_unread,
)
from art.training.data_modules.split_loaders import (
    Together,
    empty,
    length,
    loader_of,
    loaders_of,
)
from art.training.data_modules.target_reading import UNSEEN, classes_of, kind_of, why_unscored
from art.training.data_modules.token_ids import ids_in, words_of
from art.training.namespaces import pl

__all__ = ["SPLITS", "Together", "describe", "loader_of", "loaders_of"]

SPLITS = ("train", "val", "test")
SCANNED_BATCHES = 500
"""Batches of the training split that are read for shapes and targets where it has to be read."""
SCANNED_NUMBERS = 20_000_000
"""Numbers in the targets at which that ends: masks of large pictures would fill the memory."""
CLASSES = ("classification", "segmentation")
PEEKED_BATCHES = 8
"""Batches of a held-out split that show whether its classes are those of train."""
UNTOLD = "it cannot be told which part of a batch holds the targets"


def describe(
    data: pl.LightningDataModule,
    expected: str = "",
    *,
    refuse: bool = True,
    unseen: bool = False,
) -> DataInfo:
    """Shapes, classes and sizes of a data module that is set up.

    A module may say what it knows (`kind`, `class_names`, `feature_names`, `num_classes`,
    `vocabulary`, a list of the words by id, or `vocabulary_size`); the rest is read from its
    training split.

    Args:
        data: the data module.
        expected: the task's kind; decides where whole numbers may be classes or amounts.
        refuse: whether targets that are neither classes nor numbers are refused, as the loss of a
            task needs it. Where the model brings its own loss they are its affair, and unscored.
        unseen: whether `[contract]` says that held-out splits hold classes that train lacks.

    Raises:
        DataError: there is no training split, it is empty, or its targets are refused.
    """
    loader = loader_of(data, "train")
    if loader is None:
        raise DataError(
            f"{type(data).__name__} has no train_dataloader: there is nothing to train on."
        )
    scanned = _scan(loader)
    targets, unscored = scanned.targets, scanned.unscored
    if targets is not None and not scanned.plain and not _can_be_classes(targets):
        targets, unscored = None, UNTOLD  # a guess that was wrong
    kind = str(getattr(data, "kind", "") or kind_of(targets, expected))
    if kind == "classification" and targets is not None and targets.ndim > 1:
        kind = "segmentation"
    if not refuse and targets is not None and kind in (*CLASSES, "regression"):
        unscored = why_unscored(targets, kind, expected, scanned.input_shape)
        if kind == "classification" and not unscored:
            unscored = _unseen(data, targets, declared=unseen)
        targets = None if unscored else targets
    if targets is None and not refuse:
        kind = ""
    sizes = {split: size for split in SPLITS if (size := _size(data, split)) is not None}
    common: dict[str, Any] = {
        "input_shape": scanned.input_shape,
        "kind": kind,
        "sizes": sizes,
        "feature_names": tuple(getattr(data, "feature_names", None) or ()),
        **words_of(data, scanned.tokens),
        "unread": scanned.unread,
        "unscored": unscored,
        "has_targets": targets is not None,
        "prepared": tuple(getattr(data, "prepared", None) or ()),
        "reader": _reader_of(data),
    }
    if kind in CLASSES and targets is not None:
        return DataInfo(**classes_of(data, targets), **common)
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


@dataclass(frozen=True)
class _Scanned:
    """What is read of the training split; all of its targets where that is cheap."""

    input_shape: tuple[int, ...]
    targets: Tensor | None
    plain: bool = True
    unread: str = ""
    unscored: str = ""
    tokens: int = 0


def _scan(loader: Iterable[Any]) -> _Scanned:
    inputs, targets = getattr(loader, "inputs", None), getattr(loader, "targets", None)
    if isinstance(inputs, Tensor) and isinstance(targets, Tensor) and len(inputs):
        return _Scanned(tuple(inputs.shape[1:]), targets, tokens=ids_in(inputs))
    shape: tuple[int, ...] | None = None
    seen: list[np.ndarray] = []
    plain, tokens, numbers = True, 0, 0
    for index, batch in enumerate(loader):
        parts = parts_of(batch)
        unread = why_unread(parts)
        if unread:
            return _Scanned((), None, unread=unread, unscored=unread)
        if shape is None:
            arrays = [array_of(tensor[:1]) for tensor in tensors_of(parts.inputs)]
            shape = side_by_side(arrays).shape[1:]
            if not rows_of(parts):
                raise DataError(empty("train"))
        tokens = max([tokens, *map(ids_in, tensors_of(parts.inputs))])
        goal, plain = parts.targets, plain and parts.plain
        if not isinstance(goal, Tensor) or not goal.ndim:
            return _Scanned(shape, None, unscored=_no_targets(parts), tokens=tokens)
        seen.append(array_of(goal))
        numbers += goal.numel()
        if index + 1 >= SCANNED_BATCHES or numbers >= SCANNED_NUMBERS:
            break
    if shape is None:
        raise DataError(empty("train"))
    if len({goal.ndim for goal in seen}) != 1:
        untold = "the targets' dimensions differ from batch to batch"
        return _Scanned(shape, None, unscored=untold, tokens=tokens)
    goals = torch.from_numpy(joined(seen, IGNORED))
    return _Scanned(shape, goals, plain, tokens=tokens)


def _unseen(data: pl.LightningDataModule, targets: Tensor, *, declared: bool) -> str:
    """Why classes are not scored that a held-out split alone holds: all of them are others than
    train's, or some are, as declared."""
    known = targets.unique()
    for split in SPLITS[1:]:
        loader = loader_of(data, split)
        if loader is None:
            continue
        batches = (targets_of(batch) for batch in islice(loader, PEEKED_BATCHES))
        goals = [goal.cpu() for goal in batches if isinstance(goal, Tensor) and goal.ndim == 1]
        held = torch.cat(goals).unique() if goals else known
        new = held[~torch.isin(held, known)]
        if len(new) == len(held) > 1 or (declared and len(new)):
            return f"{split} {UNSEEN}"
    return ""


def _no_targets(parts: Parts) -> str:
    """Why the targets of a batch are no tensor with one row a sample."""
    if parts.targets is not None:
        return f"the targets are {make_of(parts.targets)}"
    return UNTOLD if not parts.plain else "the batches have no targets beside their inputs"


def _can_be_classes(targets: Tensor) -> bool:
    """Whether guessed targets are numbers, or class indices of two classes and more."""
    if targets.is_floating_point():
        return True
    return int(targets.min()) >= 0 and int(targets.max()) > int(targets.min())


def _reader_of(data: pl.LightningDataModule) -> dict[str, Any]:
    """The block of `@readers` that a data module says reads files as it does."""
    block = getattr(data, "reader", None)
    return dict(block) if isinstance(block, Mapping) else {}


def _size(data: pl.LightningDataModule, split: str) -> int | None:
    loader = loader_of(data, split)
    return None if loader is None else length(loader)
