"""What is said of targets that no task can work with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from art.errors import DataError

if TYPE_CHECKING:
    from torch import Tensor


def refuse_unread(targets: Any, *, classes: bool = True) -> None:
    """Refuse targets that are no tensor: texts, most often, which stand for classes.

    Args:
        targets: of a batch.
        classes: whether they are to be classes; else amounts.

    Raises:
        DataError: with the way to numbers.
    """
    if hasattr(targets, "ndim"):
        return
    listed = list(targets) if isinstance(targets, list | tuple) else [targets]
    texts = sorted({item for item in listed if isinstance(item, str)})
    if texts and len(texts) == len(set(map(str, listed))):
        numbers = ", ".join(f"{text!r}: {place}" for place, text in enumerate(texts[:2]))
        shown = ", ".join(repr(text) for text in texts[:3])
        way = (
            f"Map each class to its index in the data set, for instance with "
            f"{{{numbers}, ...}}[label], and give the data module the texts as class_names."
        )
        raise DataError(
            f"the targets are texts ({shown}), but a loss needs numbers. "
            f"{way if classes else 'Convert each with float() in the data set.'}"
        )
    raise DataError(
        f"the targets are {type(targets).__name__}, but a loss needs a tensor. Collate them into "
        f"one, with one row a sample."
    )


def is_one_hot(targets: Tensor) -> bool:
    """Whether targets `(N, C)` are rows with a single 1 among zeros."""
    if targets.ndim != 2 or targets.shape[1] < 2:
        return False
    return bool(((targets == 0) | (targets == 1)).all()) and bool((targets.sum(1) == 1).all())
