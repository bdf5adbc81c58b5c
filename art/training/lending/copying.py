"""Copies an object with all that belongs to it, as it was when it was looked through.

A program's data module and model are built once; who needs one is lent a copy. Copies share what is
large and only read, and no copy is made where it would still be tied to the object it is copied
from: then the program builds another.
"""

from __future__ import annotations

import collections
import copy
import weakref
import zlib
from collections.abc import Iterator
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from art.training.lending.rebinding import CAN_REBIND, Rebound, tied_functions

LARGE = ((2**20, 1000), (2**12, 32))
"""Copies share a tensor or array from so many bytes on, and a container from so many items on. The
second pair applies where copies by the first pair would be large."""
MOST_BYTES, MOST_PARTS = 2**26, 50_000
"""What a copy may have of its own by the first pair."""
SAMPLED = 256
"""Items of a shared container whose contents are looked at for changes."""
SUMMED_BYTES = 2**26
"""Of all that is shared, how much is summed up to see whether a copy has changed it; tensors beyond
that are known by the count of their changes that torch keeps, arrays by a sample."""

_ATOMS = (
    bool, int, float, complex, str, bytes, type(None), type, range, ModuleType, torch.dtype,
    torch.device, torch.Size,
)  # fmt: skip
_UNCHANGING = ("tokenizers", "sentencepiece", "spacy", "pyarrow", "datasets", "h5py", "PIL")
"""Packages whose objects are read, and take long to copy or cannot be."""
_CONTAINERS = (list, tuple, set, frozenset, collections.deque)


class CannotBeCopied(Exception):  # noqa: N818 - no error: the program builds another one
    """A copy would be tied to the object, or cannot be made."""


class Copier:
    """Makes copies of an object.

    Args:
        root: the object. It must not be used any more, but through copies.
        share: whether copies share what is large, as the rows of a data set; else every copy has
            its own, as a model has its weights.
        rebind: make functions again whose closures refer to a part of the object, as a hook may,
            so that they refer to the copy's.

    Raises:
        CannotBeCopied: a function that belongs to the object refers to a part of it, as a hook in
            a closure does, and would refer to that part in every copy.
    """

    def __init__(self, root: Any, *, share: bool, rebind: bool = False) -> None:
        self._root = root
        self._tied: list[FunctionType] = []
        self._shared: dict[int, Any] = {}
        self._owned: dict[int, Any] = {}
        self._outside: list[Any] = []
        self._look_through(LARGE[0] if share else None)
        if share and self.is_much:
            self._look_through(LARGE[1])
        if rebind and CAN_REBIND:
            self._tied = tied_functions(self._outside, self._owned)
        self._refuse_ties()
        self._sums = self._summed()

    def copy(self) -> Any:
        """Another one.

        Raises:
            CannotBeCopied: a part of it, as an open file or a running generator, is unique.
        """
        rebound = Rebound(self._tied)
        memo = {**self._shared, **rebound.memo}
        try:
            made = copy.deepcopy(self._root, memo)
            rebound.bind(memo)
            return made
        except Exception as error:  # any that a `__deepcopy__` or `__reduce__` may raise
            raise CannotBeCopied(f"{type(error).__name__}: {error}") from error

    @property
    def has_changed(self) -> bool:
        """Whether a copy has changed what all of them share."""
        return self._sums != self._summed()

    # What belongs to it

    def _look_through(self, large: tuple[int, int] | None) -> None:
        """Find what copies own and what they share.

        Args:
            large: bytes and items from which on something is shared; None to share nothing.
        """
        self._shared, self._owned, self._outside = {}, {}, []
        left = [self._root]
        while left:
            value = left.pop()
            if isinstance(value, _ATOMS) or id(value) in self._owned or id(value) in self._shared:
                continue
            if isinstance(value, FunctionType | BuiltinFunctionType | weakref.ref):
                self._outside.append(value)
            elif large is not None and _is_shared(value, *large):
                self._shared[id(value)] = value
            else:
                self._owned[id(value)] = value
                left.extend(_parts_of(value))

    @property
    def is_much(self) -> bool:
        """Whether a copy has much of its own, which takes memory and time."""
        size = sum(_bytes_of(value) for value in self._owned.values())
        inside = [v for v in self._owned.values() if isinstance(v, (dict, *_CONTAINERS))]
        return size > MOST_BYTES or len(self._owned) + sum(map(len, inside)) > MOST_PARTS

    def _refuse_ties(self) -> None:
        seen = {id(function) for function in self._tied}
        left = list(self._outside)
        while left:
            function = left.pop()
            if id(function) in seen:
                continue
            seen.add(id(function))
            for value in _captured_by(function):
                if id(value) in self._owned and not isinstance(value, _ATOMS):
                    name = getattr(function, "__qualname__", type(function).__name__)
                    raise CannotBeCopied(f"{name} refers to a {type(value).__name__} of it")
                if isinstance(value, FunctionType | BuiltinFunctionType | MethodType):
                    left.append(value)

    def _summed(self) -> list[Any]:
        sums: list[Any] = []
        room = SUMMED_BYTES
        for value in self._shared.values():
            sums.append(_sum_of(value, room))
            room -= _bytes_of(value)
        return sums


def _is_shared(value: Any, size: int, items: int) -> bool:
    if isinstance(value, Tensor):
        return isinstance(value, nn.Parameter) or _bytes_of(value) >= size
    if isinstance(value, np.ndarray):
        return value.nbytes >= size
    if isinstance(value, (dict, *_CONTAINERS)):
        return len(value) > items
    return type(value).__module__.partition(".")[0] in _UNCHANGING


def _parts_of(value: Any) -> Iterator[Any]:
    """What `copy.deepcopy` would copy with it."""
    if isinstance(value, Tensor):
        return
    if isinstance(value, MethodType):
        yield value.__self__
        yield value.__func__
    if isinstance(value, dict):
        yield from value.keys()
        yield from list(value.values())
    elif isinstance(value, _CONTAINERS):
        yield from list(value)
    elif isinstance(value, np.ndarray) and value.dtype == object:
        yield from value.ravel().tolist()
    for name in ("func", "args", "keywords"):  # of a functools.partial, which has no __dict__ entry
        if type(value).__name__ == "partial" and hasattr(value, name):
            yield getattr(value, name)
    if getattr(type(value), "__getstate__", None) is not getattr(object, "__getstate__", None):
        try:  # what a class leaves out there, as recurrent layers their weak references, it remakes
            yield value.__getstate__()
            return
        except Exception:  # its copying will fail as well
            return
    yield from list(getattr(value, "__dict__", {}).values())
    for kind in type(value).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if hasattr(value, name):
                yield getattr(value, name)


def _captured_by(function: Any) -> Iterator[Any]:
    """What a function holds that is not copied with it."""
    if isinstance(function, weakref.ref):
        yield function()
        return
    yield getattr(function, "__self__", None)
    for cell in getattr(function, "__closure__", None) or ():
        try:
            yield cell.cell_contents
        except ValueError:  # not filled yet
            continue
    yield from getattr(function, "__defaults__", None) or ()
    yield from (getattr(function, "__kwdefaults__", None) or {}).values()


def _bytes_of(value: Any) -> int:
    if isinstance(value, Tensor):
        return value.numel() * value.element_size()
    return value.nbytes if isinstance(value, np.ndarray) else 0


def _sum_of(value: Any, room: int) -> Any:
    """What tells whether a shared value has changed."""
    whole = _bytes_of(value) <= room
    if isinstance(value, Tensor):
        made: tuple[Any, ...] = (value._version, value.data_ptr())
        if whole and value.device.type == "cpu" and value.layout == torch.strided:
            made += (_checksum(value.detach().contiguous().view(-1)),)
        return made
    if isinstance(value, np.ndarray):
        sample = value if whole else value.reshape(-1)[:: max(value.size // 2**20, 1)]
        return zlib.crc32(np.ascontiguousarray(sample).view(np.uint8).data)
    if not isinstance(value, (dict, *_CONTAINERS)):
        return None
    items: list[Any] = [*value.keys(), *value.values()] if isinstance(value, dict) else list(value)
    inside = [_sum_of_item(item) for item in items[:: max(len(items) // SAMPLED, 1)]]
    return len(items), hash(tuple(map(id, items))), inside


def _sum_of_item(item: Any) -> Any:
    """The same of an item of a container, and of what it is a tuple or dict of."""
    if isinstance(item, Tensor | np.ndarray):
        return _sum_of(item, LARGE[0][0])
    if isinstance(item, list | tuple) and len(item) <= LARGE[1][1]:
        return [_sum_of_item(part) for part in item]
    if isinstance(item, dict) and len(item) <= LARGE[1][1]:
        return [_sum_of_item(part) for part in item.values()]
    return None


def _checksum(flat: Tensor) -> int:
    return zlib.crc32(flat.view(torch.uint8).numpy().data) if flat.numel() else 0
