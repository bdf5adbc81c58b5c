"""Batches of padded sequences that say where each ends, and some of them with less padding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor


def lengths_in(batch: Any) -> Tensor | None:
    """The steps of each sequence, `(n,)`, by a mask or lengths in the batch.

    Args:
        batch: tensors in mappings, tuples and lists.

    Returns:
        None where the batch holds neither, or where nothing is padded: a mask must be of one value
        up to some step, and the sequences of one value behind it.
    """
    from art.training.data_modules.padding import is_lengths, is_step_mask
    from art.training.data_modules.parts import leaves

    tensors = [tensor for tensor in leaves(batch) if tensor.ndim]
    for value in tensors:
        for padded in tensors:
            if padded is value or padded.ndim < 2:
                continue
            if value.ndim == 1 and not value.is_floating_point() and is_lengths(padded, value):
                return value.long()
            if value.ndim == 2 and is_step_mask(padded, value):
                first = value[:, :1]
                lengths = (value == first).sum(1)
                if bool((first == first[0]).all()) and is_lengths(padded, lengths):
                    return lengths
    return None


def shortest_of(lengths: Tensor) -> list[int]:
    """The rows of the shortest sequences: a quarter of them, and so many that their lengths differ,
    since a batch without any padding does not show which part of it the lengths are."""
    order = lengths.argsort().tolist()
    count = max(2, len(order) // 4)
    while count < len(order) and bool((lengths[order[:count]] == lengths[order[0]]).all()):
        count += 1
    rows = order[:count]
    return rows if len({int(lengths[row]) for row in rows}) > 1 else []


def chosen(batch: Any, rows: Sequence[int], size: int, longest: int, steps: int) -> Any:
    """Some samples of a batch of `size`, with the first steps alone of what has `longest`."""
    from torch import Tensor

    from art.training.data_modules.parts import leaves

    if isinstance(batch, Tensor):
        if not batch.ndim or len(batch) != size:
            return batch
        some = batch[list(rows)]
        return some[:, :steps] if some.ndim > 1 and some.shape[1] == longest else some
    if isinstance(batch, Mapping):
        changed = {k: chosen(value, rows, size, longest, steps) for k, value in batch.items()}
        return changed if type(batch) is dict else type(batch)(changed)  # type: ignore[call-arg]
    if not isinstance(batch, list | tuple):
        return batch
    if len(batch) == size and not leaves(batch):  # one entry a sample
        return type(batch)(batch[row] for row in rows)
    parts = [chosen(value, rows, size, longest, steps) for value in batch]
    return type(batch)(*parts) if hasattr(batch, "_fields") else type(batch)(parts)
