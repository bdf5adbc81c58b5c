"""Inputs and targets of a batch that is a tuple or list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torch import Tensor

from art.errors import DataError
from art.training.data_modules.padding import are_full_lengths, is_lengths, is_padding
from art.training.data_modules.parts import Parts, has_rows, leaves, sized, tensors_of


def of_places(batch: Sequence[Any]) -> Parts:
    """Inputs, targets and the rest, by their places, shapes and types.

    Raises:
        DataError: the batch is empty.
    """
    if not batch:
        raise DataError("a batch is an empty tuple; it needs inputs, and targets beside them.")
    first = batch[0]
    if len(batch) == 1:
        return Parts(first, leading=(first,))
    tensors = tensors_of(first)
    padded = tensors[0] if tensors else None
    if len(batch) == 2:
        lengths = padded is not None and is_lengths(padded, batch[1])
        return Parts(first, None if lengths else batch[1], leading=(first,))
    if _are_uneven(batch):
        uneven = "the parts of a batch have different numbers of rows"
        return Parts(first, plain=False, leading=tuple(batch), unread=uneven)
    if _are_alike(batch):
        return Parts(first, plain=False, leading=tuple(batch))
    if padded is None:
        return Parts(first, batch[1], plain=False, leading=(first,))
    if padded.ndim == 1:
        return _of_numbers(batch)
    return _beside(batch, padded)


def _are_alike(batch: Sequence[Any]) -> bool:
    """Triplets, views, samples: tensors of one make, with more than one number a sample."""
    if not all(isinstance(part, Tensor) and part.numel() > len(sized(part)) for part in batch):
        return False
    kinds = {(part.dtype, part.shape) for part in batch}
    return len(kinds) == 1 and bool(batch[0].is_floating_point())


def _are_uneven(batch: Sequence[Any]) -> bool:
    """Whether the tensors have different numbers of rows: packed texts with their offsets, graphs
    with their edges, support and query samples of an episode. One number for all is no part."""
    rows = {len(part) for part in batch if isinstance(part, Tensor) and part.ndim}
    return len(rows - {1}) > 1


def _of_numbers(batch: Sequence[Any]) -> Parts:
    """Inputs of one number a sample, as a user and an item. The last part is the target where it
    alone is of floats, or alone says yes and no; else nothing tells."""
    *leading, last = batch
    rows = len(batch[0])
    if not all(has_rows(part, rows) and part.ndim == 1 for part in batch):
        return Parts(batch[0], plain=False, leading=tuple(batch))
    whole = not any(part.is_floating_point() for part in leading)
    yes_or_no = bool(((last == 0) | (last == 1)).all())
    apart = any(bool((part > 1).any()) for part in leading)
    if whole and (last.is_floating_point() or (yes_or_no and apart)):
        return Parts(tuple(leading), last, leading=tuple(leading))
    return Parts(batch[0], plain=False, leading=tuple(batch))


def _beside(batch: Sequence[Any], padded: Tensor) -> Parts:
    """Inputs first, and among what has as many rows the targets: what is no length and no mask."""
    first = batch[0]
    found = {
        str(place): value
        for place, value in enumerate(batch)
        if place and has_rows(value, len(padded))
    }
    goals = {place: value for place, value in found.items() if not _is_beside(batch, value)}
    flat = [place for place, value in goals.items() if value.numel() == len(padded)]
    second = "1" in goals and ("1" in flat or len(flat) != 1)
    place = "1" if second else next(iter(flat or goals), None)
    if place is None:
        others = dict(found)
        targets = None if found or isinstance(batch[1], Tensor) else batch[1]
        return Parts(first, targets, others, False, tuple(batch))
    others = {key: value for key, value in found.items() if key != place}
    leading = tuple(part for at, part in enumerate(batch) if str(at) != place)
    before = tuple(batch[: int(place)]) if int(place) > 1 else ()
    return Parts(first, goals[place], others, len(flat) == 1, leading, before)


def _is_beside(batch: Sequence[Any], value: Tensor) -> bool:
    """Whether a part holds lengths, or the mask, of the inputs or of another part of the batch."""
    padded = [
        leaf
        for part in batch
        if part is not value
        for leaf in leaves(part)
        if leaf.ndim > 1 and len(leaf) == len(value)
    ]
    return any(is_padding(each, value) or are_full_lengths(each, value) for each in padded)
