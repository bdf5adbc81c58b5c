"""Puts back the plain Python state that was taken apart."""

from __future__ import annotations

import collections
import copy
import random
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from art.training.resuming.python_state import LEFT, TAG, Names

_FACTORIES: dict[str, Callable[[], Any]] = {
    kind.__name__: kind for kind in (int, float, list, dict, set, str)
}


class Putter:
    """Puts back what a `Taker` took apart.

    Args:
        names: of the module that it belongs to now.
    """

    def __init__(self, names: Names) -> None:
        self.names = names

    def attributes(self, owner: Any, kept: Mapping[str, Any]) -> None:
        """Set an object's attributes; those that could not be kept stay."""
        present = vars(owner)
        for name, value in kept.items():
            now = present.get(name)
            made = self.value(value, now)
            if made is not now or name not in present:
                if value == LEFT:
                    continue
                present[name] = made

    def value(self, kept: Any, now: Any) -> Any:
        """The value, in the place of what is there now."""
        if isinstance(kept, Tensor):
            return _tensor(kept, now)
        if isinstance(kept, list):
            return self._items(kept, now)
        if not isinstance(kept, dict):
            return kept
        return getattr(self, f"_put_{kept[TAG]}")(kept, now)

    def _items(self, kept: list[Any], now: Any) -> list[Any]:
        before = list(now) if isinstance(now, list | tuple | collections.deque) else []
        before += [None] * (len(kept) - len(before))
        made = [self.value(item, old) for item, old in zip(kept, before, strict=False)]
        if type(now) is list:  # another part of the program may hold the same list
            now[:] = made
            return now
        return made

    def _put_left(self, kept: dict[str, Any], now: Any) -> Any:
        return now

    def _put_tensor(self, kept: dict[str, Any], now: Any) -> Any:
        return self.names.tensors[kept["name"]]

    def _put_module(self, kept: dict[str, Any], now: Any) -> Any:
        if isinstance(now, nn.Module):
            state = self.value(kept["state"], None)
            nn.Module.load_state_dict(now, state)
        return now

    def _put_sequence(self, kept: dict[str, Any], now: Any) -> Any:
        items = self._items(kept["items"], list(now) if isinstance(now, tuple) else None)
        kind = kept["kind"]
        if kind == "deque":
            return collections.deque(items, kept["most"])
        if kind in ("set", "frozenset", "tuple"):
            return {"set": set, "frozenset": frozenset, "tuple": tuple}[kind](items)
        named = getattr(type(now), "_make", None)  # a named tuple, or torch.Size
        return named(items) if named else now

    def _put_dict(self, kept: dict[str, Any], now: Any) -> Any:
        before = now if isinstance(now, dict) else {}
        made = {key: self.value(item, before.get(key)) for key, item in kept["pairs"]}
        if isinstance(now, dict):
            now.clear()
            now.update(made)
            return now
        if kept["kind"] == "defaultdict":
            return collections.defaultdict(_FACTORIES.get(kept["factory"] or ""), made)
        kind = {"OrderedDict": collections.OrderedDict, "Counter": collections.Counter}
        return kind.get(kept["kind"], dict)(made)

    def _put_array(self, kept: dict[str, Any], now: Any) -> Any:
        array = kept["tensor"].numpy()
        return array[()] if kept["scalar"] else array.copy()

    def _put_generator(self, kept: dict[str, Any], now: Any) -> Any:
        if now is not None:
            _set_generator_state(now, self.value(kept["state"], None))
        return now

    def _put_stateful(self, kept: dict[str, Any], now: Any) -> Any:
        if now is not None:
            now.load_state_dict(self.value(kept["state"], None))
        return now

    def _put_path(self, kept: dict[str, Any], now: Any) -> Any:
        """A path that is gone, as that of a temporary folder, stays what the program makes it."""
        path = Path(kept["text"])
        return path if now is None or path.exists() else now

    def _put_enum(self, kept: dict[str, Any], now: Any) -> Any:
        return type(now)[kept["name"]] if type(now).__qualname__ == kept["kind"] else now

    def _put_object(self, kept: dict[str, Any], now: Any) -> Any:
        if type(now).__qualname__ != kept["kind"]:
            return now
        frozen = getattr(type(now), "__dataclass_params__", None)
        if frozen is not None and frozen.frozen:  # others may hold the one that is there
            now = copy.copy(now)
        self.attributes(now, kept["attributes"])
        return now


def _tensor(kept: Tensor, now: Any) -> Tensor:
    """A tensor in the place of another: into it where an optimizer may own it."""
    if isinstance(now, Tensor) and now.is_leaf and now.requires_grad and now.shape == kept.shape:
        with torch.no_grad():
            now.copy_(kept)
        return now
    return kept.to(now.device) if isinstance(now, Tensor) else kept


def _set_generator_state(value: Any, state: Any) -> None:
    if isinstance(value, torch.Generator):
        value.set_state(state)
    elif isinstance(value, np.random.Generator):
        value.bit_generator.state = state
    elif isinstance(value, np.random.RandomState):
        value.set_state(state)
    elif isinstance(value, random.Random):
        version, numbers, gauss = state
        value.setstate((version, tuple(numbers), gauss))
