"""Holds states that are wanted later; large ones on the disk."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from torch import Tensor

from art.training.lending.spilling import SpilledTensors

LARGE = 2**26
"""Bytes of tensors from which on they are held on the disk."""


class Held:
    """A copy of a state: of dicts and lists that hold tensors and other values.

    Args:
        state: as it is now.
        folder: where large tensors are kept, in a file that has no name.
    """

    def __init__(self, state: Any, folder: Path) -> None:
        tensors: list[Tensor] = []
        _find(state, tensors)
        size = sum(tensor.numel() * tensor.element_size() for tensor in tensors)
        self._spilled = SpilledTensors.of(tensors, folder) if size >= LARGE else None
        places = {id(tensor): _Place(number) for number, tensor in enumerate(tensors)}
        self._state = copy.deepcopy(state, dict(places) if self._spilled else {})

    def get(self) -> Any:
        """The state; it may be changed, and what is held stays as it is."""
        if self._spilled is None:
            return copy.deepcopy(self._state)
        return _filled(copy.deepcopy(self._state), self._spilled.tensors())


class _Place:
    """Stands for a tensor on the disk."""

    def __init__(self, number: int) -> None:
        self.number = number


def _find(value: Any, found: list[Tensor]) -> None:
    if isinstance(value, Tensor):
        if all(value is not other for other in found):
            found.append(value)
    elif isinstance(value, dict):
        for item in value.values():
            _find(item, found)
    elif isinstance(value, list | tuple):
        for item in value:
            _find(item, found)


def _filled(value: Any, tensors: list[Tensor]) -> Any:
    if isinstance(value, _Place):
        return tensors[value.number]
    if isinstance(value, dict):
        for key, item in value.items():
            value[key] = _filled(item, tensors)
        return value
    if isinstance(value, list):
        value[:] = [_filled(item, tensors) for item in value]
        return value
    if type(value) is tuple:
        return tuple(_filled(item, tensors) for item in value)
    return value
