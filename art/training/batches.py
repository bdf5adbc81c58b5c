"""Where the inputs and targets are in a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from art.errors import DataError

INPUT_KEYS = ("input", "x", "image", "input_ids", "inputs", "images", "features", "text")
TARGET_KEYS = ("target", "y", "label", "labels", "targets", "mask")


def inputs_of(batch: Any) -> Any:
    """The inputs: a tuple's or list's first element, a dict's `input`, `x`, `image`, ...; else the
    batch itself.

    Raises:
        DataError: the batch is empty, or a dict with no known key.
    """
    if isinstance(batch, Mapping):
        for key in INPUT_KEYS:
            if key in batch:
                return batch[key]
        raise DataError(
            f"a batch has the keys {_listed(batch)}; its inputs are looked for under "
            f"{_listed(INPUT_KEYS)}. Rename a key, or return a tuple (inputs, targets)."
        )
    if isinstance(batch, list | tuple):
        if not batch:
            raise DataError("a batch is an empty tuple; it needs inputs, and targets beside them.")
        return batch[0]
    return batch


def targets_of(batch: Any) -> Any | None:
    """The targets: a tuple's or list's second element, a dict's `target`, `y`, `label`, ...; None
    where the batch has none."""
    if isinstance(batch, Mapping):
        return next((batch[key] for key in TARGET_KEYS if key in batch), None)
    if isinstance(batch, list | tuple) and len(batch) > 1:
        return batch[1]
    return None


def batch_size_of(batch: Any) -> int:
    """Samples in a batch: the length of its inputs.

    Raises:
        DataError: the inputs have no length.
    """
    inputs = inputs_of(batch)
    try:
        return len(inputs)
    except TypeError:
        raise DataError(
            f"the inputs of a batch are {type(inputs).__name__} without a length; ART needs a "
            f"tensor or a sequence with one element a sample."
        ) from None


def _listed(names: Mapping[Any, Any] | Sequence[str]) -> str:
    return ", ".join(repr(name) for name in names) or "(none)"
