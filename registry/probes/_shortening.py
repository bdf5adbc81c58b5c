"""Batches of padded sequences that say where each ends, and one of their samples cut to its end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor


def lengths_in(batch: Any) -> Tensor | None:
    """The steps of each sequence, `(n,)`, by a mask or lengths in the batch.

    Args:
        batch: a flat mapping, tuple or list.

    Returns:
        None where the batch holds neither, or where nothing is padded: a mask must be of one value
        up to some step, and the sequences of one value behind it.
    """
    from torch import Tensor

    from art.training.data_modules.padding import is_lengths, is_step_mask

    tensors = [value for _, value in _items(batch) if isinstance(value, Tensor) and value.ndim]
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


def shortened(batch: Any, index: int, longest: int, steps: int) -> Any:
    """One sample of a batch, `(1, ...)`, with its first steps alone where it has `longest`."""
    rows = max(len(value) for _, value in _items(batch) if hasattr(value, "__len__"))

    def cut(value: Any) -> Any:
        if not hasattr(value, "__len__") or not getattr(value, "ndim", 1) or len(value) != rows:
            return value
        one = value[index : index + 1]
        return one[:, :steps] if getattr(one, "ndim", 0) > 1 and one.shape[1] == longest else one

    if isinstance(batch, Mapping):
        changed = {key: cut(value) for key, value in batch.items()}
        return changed if type(batch) is dict else type(batch)(changed)  # type: ignore[call-arg]
    parts = [cut(value) for value in batch]
    return type(batch)(*parts) if hasattr(batch, "_fields") else type(batch)(parts)


def _items(batch: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(batch, Mapping):
        yield from batch.items()
    elif isinstance(batch, list | tuple):
        yield from enumerate(batch)
