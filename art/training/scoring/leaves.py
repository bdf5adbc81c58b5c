"""The tensors within a batch or an output, each with the place where it stands."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor

DEEPEST = 4


@dataclass(frozen=True)
class Leaf:
    """A tensor within something larger.

    Attributes:
        place: keys, positions and attributes that lead to it, from the outside in.
        tensor: itself.
    """

    place: tuple[Any, ...]
    tensor: Tensor


def leaves_of(whole: Any) -> list[Leaf]:
    """Every tensor with rows within tuples, lists, mappings, dataclasses and plain objects."""
    return list(_leaves(whole, ()))


def leaf_at(whole: Any, place: tuple[Any, ...]) -> Any:
    """What stands at a place; None where there is nothing."""
    for key in place:
        try:
            whole = getattr(whole, key[1]) if isinstance(key, tuple) else whole[key]
        except (KeyError, IndexError, TypeError, AttributeError):
            return None
    return whole


def _leaves(whole: Any, place: tuple[Any, ...]) -> Iterator[Leaf]:
    if isinstance(whole, Tensor):
        if whole.ndim:
            yield Leaf(place, whole)
        return
    if len(place) >= DEEPEST:
        return
    for key, part in _parts(whole):
        yield from _leaves(part, (*place, key))


def _parts(whole: Any) -> Iterator[tuple[Any, Any]]:
    """What something holds, by its key; an attribute's key is `("attribute", name)`."""
    if isinstance(whole, Mapping):
        yield from whole.items()
    elif isinstance(whole, list | tuple):
        yield from enumerate(whole)
    elif dataclasses.is_dataclass(whole) and not isinstance(whole, type):
        for each in dataclasses.fields(whole):
            yield ("attribute", each.name), getattr(whole, each.name)
    elif hasattr(whole, "__dict__") and not callable(whole):
        for name, part in vars(whole).items():
            if isinstance(part, Tensor):
                yield ("attribute", name), part
