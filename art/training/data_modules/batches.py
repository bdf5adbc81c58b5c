"""Where the inputs and targets are in a batch, whatever its make.

Names are asked first. Where they say nothing, positions, shapes and types do; what they cannot
tell is taken for a batch without targets, never refused: its module knows what to do with it.
"""

from __future__ import annotations

from typing import Any

from art.training.data_modules.names import of_names
from art.training.data_modules.parts import Parts, named, rows_of, tensors_of
from art.training.data_modules.places import of_places

__all__ = ["Parts", "batch_size_of", "inputs_of", "parts_of", "rows_of", "targets_of", "tensors_of"]


def inputs_of(batch: Any) -> Any:
    """The inputs: a tuple's or list's first element, a dict's `input`, `x`, `image`, ...; where a
    dict has no known key, its tensors that are no targets; else the batch itself.

    Raises:
        DataError: the batch is an empty tuple or dict.
    """
    return parts_of(batch).inputs


def targets_of(batch: Any) -> Any | None:
    """The targets: a tuple's or list's second element, unless that holds the lengths or the mask
    of padded inputs; a dict's `target`, `y`, `label`, ...; where a dict has no known key, the one
    tensor with one number a sample. None where the batch has none, or where it cannot be told.
    """
    return parts_of(batch).targets


def batch_size_of(batch: Any) -> int:
    """Samples in a batch: the rows of its inputs; 1 where that cannot be told.

    Raises:
        DataError: the batch is an empty tuple or dict.
    """
    parts = parts_of(batch)
    rows = rows_of(parts)
    if rows is not None:
        return rows
    for part in (parts.inputs, parts.targets):
        if isinstance(part, list | tuple):
            return len(part)
    return 1


def parts_of(batch: Any) -> Parts:
    """Inputs, targets and the rest of a batch.

    Raises:
        DataError: the batch is an empty tuple or dict.
    """
    names = named(batch)
    if names is not None:
        return of_names(names, batch)
    if isinstance(batch, list | tuple):
        return of_places(batch)
    return Parts(batch, leading=(batch,))
