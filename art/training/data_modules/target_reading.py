"""What the training targets are: classes, numbers, or nothing that a score could be taken of.

A model that ART wraps is trained by the task's loss, which is right for targets of one kind alone:
others are refused. The loss of a LightningModule is its own affair. What its targets are is then
said only where they leave no doubt; else the data counts as unscored, with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from art.core.data_info import DataInfo, class_words
from art.errors import DataError
from art.training.data_modules.collecting import IGNORED

SCORED_NUMBERS = 64
"""Numbers a sample that a baseline is fitted to at most: beyond that they are pictures, masks and
spectra, whose baselines take gigabytes and say nothing."""
SPARSE, SPARE = 4, 1000
"""Labels that reach beyond 4 times their number and 1,000 are ids."""
MOST_CLASSES = 10_000_000
"""More are counted by nobody: the counts alone would fill the memory."""
ALONE, LEAST = 0.5, 64
"""The share of labels that occur in one sample only, of so many samples, at which they are ids."""
ONE_CLASS = "the training split has one class only"
UNSEEN = "holds classes that the training split lacks"


def are_classes(info: DataInfo) -> bool:
    """Whether targets that are not scored are classes all the same: one in train, or others than
    in the held-out splits."""
    return info.unscored.startswith(ONE_CLASS) or info.unscored.endswith(UNSEEN)


def kind_of(targets: Tensor | None, expected: str) -> str:
    """`classification`, `segmentation`, `regression`, or empty where there are no targets.

    Args:
        targets: `(N, ...)` of the training split.
        expected: the task's kind; decides where whole numbers may be classes or amounts.
    """
    if targets is None:
        return ""
    if targets.is_floating_point() or expected == "regression":
        return "regression"
    return "classification" if targets.ndim == 1 else "segmentation"


def why_unscored(targets: Tensor, kind: str, expected: str, shape: Sequence[int]) -> str:
    """Why targets of a module with its own loss are neither classes nor numbers; empty where they
    are.

    Args:
        targets: `(N, ...)` of the training split.
        kind: as `kind_of` has it, or as the data module says.
        expected: the task's kind; empty where the config has none.
        shape: of one input.
    """
    if targets.is_complex():
        return "the targets are complex numbers"
    if kind == "regression":
        return _no_numbers(targets, expected)
    if targets.is_floating_point():
        return "the targets are floats, and the data module says that they are classes"
    steps = targets.ndim == 2 and targets.shape[1] not in shape
    if targets.ndim > 1 and steps and expected != "segmentation":
        return f"the targets are {targets.shape[1]} whole numbers a sample, one for no step of it"
    return _no_classes(targets)


def _no_numbers(targets: Tensor, expected: str) -> str:
    each = targets[0].numel() if len(targets) else 0
    if targets.is_floating_point() and targets.ndim > 2 and bool(_is_yes_or_no(targets)):
        return f"the targets are masks of 0 and 1 as floats {_shape_of(targets)}"
    if expected in ("classification", "segmentation"):
        return f"the targets are floats {_shape_of(targets)}, and [task] is a {expected}"
    if each > SCORED_NUMBERS:
        return f"the targets are {each:,} numbers a sample"
    if targets.is_floating_point() and not bool(targets.isfinite().all()):
        return "the targets hold values that are NaN or infinite"
    return ""


def _no_classes(targets: Tensor) -> str:
    values = labelled(targets)
    if not len(values):
        return f"the training masks hold nothing but {IGNORED}, which is passed over"
    low, high = int(values.min()), int(values.max())
    if low < 0:
        return f"the targets hold {low}, and class indices start at 0"
    found, counts = torch.unique(values, return_counts=True)
    if len(found) == 1:
        return f"{ONE_CLASS} ({low})"
    once = float((counts == 1).sum()) / len(values)
    if high >= SPARSE * len(found) + SPARE:
        return f"the targets are {len(found)} whole numbers up to {high}: ids, no class indices"
    if targets.ndim == 1 and len(values) >= LEAST and once > ALONE:
        return f"{once:.0%} of the targets occur in one sample only: ids or amounts, no classes"
    return ""


def _is_yes_or_no(targets: Tensor) -> Tensor:
    return ((targets == 0) | (targets == 1)).all()


def _shape_of(targets: Tensor) -> str:
    return (
        "("
        + ", ".join(["N", *map(str, targets.shape[1:])])
        + ("" if targets.ndim > 1 else ",")
        + ")"
    )


def labelled(targets: Tensor) -> Tensor:
    """`(n,)` class indices: of samples as they are, of masks without those that are passed over."""
    targets = targets.long()
    return targets if targets.ndim == 1 else targets[targets != IGNORED]


def classes_of(data: Any, targets: Tensor) -> dict[str, Any]:
    """What `DataInfo` says of class indices: one a sample, or one a pixel where -100 is passed
    over.

    Raises:
        DataError: they are no class indices of two classes and more.
    """
    targets = labelled(targets)
    if not len(targets):
        raise DataError(f"the training masks hold nothing but {IGNORED}, which is passed over.")
    low, high = int(targets.min()), int(targets.max())
    if low < 0:
        raise DataError(
            f"the training targets hold {low}: class indices start at 0. "
            f"Subtract the smallest label, or drop the rows without one."
        )
    if high >= MOST_CLASSES:
        raise DataError(
            f"the training targets reach to {high}: class indices are counted 0, 1, 2, ... "
            f"Number the labels that occur (`labels.unique(return_inverse=True)`)."
        )
    names = tuple(str(name) for name in getattr(data, "class_names", None) or ())
    counts = torch.bincount(targets).tolist()
    if sum(1 for count in counts if count) < 2:
        only = class_words(counts.index(max(counts)), names).removeprefix("class ")
        raise DataError(
            f"{ONE_CLASS} ({only}): there is "
            f"nothing to tell apart. Look at how the data is split, and whether it is sorted."
        )
    known = getattr(data, "num_classes", None)
    size = max(len(counts), int(known or 0), len(names))
    counts += [0] * (size - len(counts))
    if len(names) < size:
        names += tuple(str(index) for index in range(len(names), size))
    return {"output_size": size, "class_names": names, "class_counts": tuple(counts)}
