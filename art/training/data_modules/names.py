"""Inputs and targets of a batch that has names for its parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from art.errors import DataError
from art.training.data_modules.parts import (
    BESIDES,
    GRAPH_KEYS,
    INPUT_KEYS,
    TARGET_KEYS,
    Parts,
    has_rows,
    rows_among,
)
from art.training.data_modules.places import of_places


def of_names(named: Mapping[str, Any], batch: Any) -> Parts:
    """Inputs, targets and the rest, by names; what has none by shapes and types.

    Args:
        named: the parts by name.
        batch: the batch itself.

    Raises:
        DataError: the batch is empty.
    """
    if not named:
        raise DataError("a batch is an empty dict; it needs inputs, and targets beside them.")
    if any(key in named for key in GRAPH_KEYS):
        return Parts(batch, plain=False, leading=(batch,))
    known = next((key for key in INPUT_KEYS if key in named), None)
    goal = next((key for key in TARGET_KEYS if key in named), None)
    if known is None and goal is None:
        pair = next((value for value in named.values() if _is_pair(value)), None)
        if pair is not None:  # several loaders at once: the first with targets stands for them
            return of_places(pair)
    rows, agreed = rows_among(named.values() if known is None else [named[known]])
    if known is None and goal is None and not agreed:  # sets of points in one, graphs
        return Parts(batch, plain=False, leading=(batch,))
    tensors = {str(key): value for key, value in named.items() if has_rows(value, rows)}
    plain = True
    if goal == "mask" and _is_mask(tensors, named, known):
        goal = None
    if goal is None:
        goal, plain = _guessed(tensors, known), False
    rest = {key: value for key, value in tensors.items() if key != goal}
    inputs = named[known] if known is not None else _named_inputs(rest, named, goal, batch)
    others = {key: value for key, value in rest.items() if key not in INPUT_KEYS}
    targets = None if goal is None else named[goal]
    return Parts(inputs, targets, others, plain, (inputs,))


def _named_inputs(
    rest: Mapping[str, Tensor], named: Mapping[str, Any], goal: str | None, batch: Any
) -> Any:
    """The inputs of a dict without a known key: what is left of its tensors, alone or several."""
    chosen: dict[str, Any] = {
        key: value for key, value in rest.items() if key not in BESIDES or value.ndim > 1
    }
    chosen = chosen or dict(rest)
    if not chosen and isinstance(batch, Mapping):  # texts, pictures of different sizes
        chosen = {k: v for k, v in named.items() if isinstance(v, list | tuple) and k != goal}
    if not chosen:
        return batch
    return next(iter(chosen.values())) if len(chosen) == 1 else chosen


def _guessed(tensors: Mapping[str, Tensor], known: str | None) -> str | None:
    """The one tensor with one number a sample, where others have more or are known as inputs."""
    flat = [
        key
        for key, value in tensors.items()
        if value.numel() == len(value) and key not in (*INPUT_KEYS, *BESIDES)
    ]
    wide = known is not None or any(value.numel() > len(value) for value in tensors.values())
    return flat[0] if len(flat) == 1 and wide else None


def _is_mask(tensors: Mapping[str, Tensor], named: Mapping[str, Any], known: str | None) -> bool:
    """Whether `mask` says which steps of sequences are padding: it has their shape."""
    mask = named["mask"]
    if known is not None:
        steps = [named[known]]
    else:
        steps = [value for key, value in tensors.items() if key != "mask"]
    return isinstance(mask, Tensor) and any(
        isinstance(each, Tensor) and mask.ndim == 2 and mask.shape == each.shape[:2]
        for each in steps
    )


def _is_pair(value: Any) -> bool:
    return (
        isinstance(value, list | tuple)
        and len(value) > 1
        and all(isinstance(part, Tensor) and part.ndim for part in value)
        and len({len(part) for part in value}) == 1
    )
