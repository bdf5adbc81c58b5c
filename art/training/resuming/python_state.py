"""The plain Python state of a module's objects: taken apart into values.

A state dict holds parameters and buffers. What a program keeps beside them, as lists of losses, the
values of a running metric, weights averaged in a dict, is in plain attributes. They are kept as
tensors, numbers, texts and containers of these, which can be read without running code.
"""

from __future__ import annotations

import collections
import enum
import inspect
import random
import re
from collections.abc import Set
from pathlib import Path
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from art.training.namespaces import is_of

TAG = "__art__"
DEEPEST = 12
LEFT: dict[str, Any] = {TAG: "left"}
"""Stands for what cannot be kept, or need not be: it stays what the program makes it."""

_PLAIN = (bool, int, float, complex, str, bytes, type(None))
_UNCHANGING = (
    FunctionType, BuiltinFunctionType, MethodType, ModuleType, type, torch.dtype, torch.device,
    torch.Size, inspect.Signature, re.Pattern,
)  # fmt: skip


class Names:
    """The names of a module's parameters, buffers and parts, so that references to them are kept
    as references."""

    def __init__(self, module: nn.Module) -> None:
        self.tensors = dict(
            [*module.named_parameters(remove_duplicate=False),
             *module.named_buffers(remove_duplicate=False)]
        )  # fmt: skip
        self.parts = dict(module.named_modules(remove_duplicate=False))
        self._names = {id(value): name for name, value in self.tensors.items()}
        self._parts = {id(value): name for name, value in self.parts.items()}

    def of(self, value: Any) -> str | None:
        """The name of a parameter or buffer; None of anything else."""
        return self._names.get(id(value))

    def of_part(self, value: Any) -> str | None:
        """The name of a submodule, which is empty for the module itself."""
        return self._parts.get(id(value))


class Taker:
    """Takes values apart.

    Args:
        names: of the module that they belong to.

    Attributes:
        lost: where something stood that cannot be kept and may change, as `self.x: Kind`.
    """

    def __init__(self, names: Names) -> None:
        self.lost: list[str] = []
        self.names = names
        self._above: set[int] = set()

    def attributes(self, owner: Any, skipped: Set[str], place: str) -> dict[str, Any]:
        """The attributes of an object, but for those named."""
        return {
            name: self.value(value, f"{place}.{name}")
            for name, value in list(vars(owner).items())
            if name not in skipped
        }

    def value(self, value: Any, place: str) -> Any:
        """A value as tensors, numbers, texts and containers of them."""
        if isinstance(value, Tensor):
            return self._tensor(value)
        if type(value) in _PLAIN:
            return value
        if isinstance(value, (*_UNCHANGING, nn.Module)):
            return self._part(value, place)
        if id(value) in self._above or len(self._above) > DEEPEST:
            return LEFT
        self._above.add(id(value))
        try:
            return self._container(value, place)
        finally:
            self._above.discard(id(value))

    def _tensor(self, value: Tensor) -> Any:
        name = self.names.of(value)
        if name is not None:
            return {TAG: "tensor", "name": name}
        return value.detach().clone()  # a view would be written with all that it is a view of

    def _part(self, value: Any, place: str) -> Any:
        if isinstance(value, nn.Module) and self.names.of_part(value) is None:
            # a module in a list or an object, which Lightning does not know
            return {TAG: "module", "state": self.value(dict(value.state_dict()), place)}
        return LEFT

    def _container(self, value: Any, place: str) -> Any:
        if isinstance(value, dict):
            return self._mapping(value, place)
        if isinstance(value, list | tuple | set | frozenset | collections.deque):
            items = [self.value(item, f"{place}[{index}]") for index, item in enumerate(value)]
            if type(value) is list:
                return items
            most = getattr(value, "maxlen", None)
            return {TAG: "sequence", "kind": type(value).__name__, "items": items, "most": most}
        if isinstance(value, np.ndarray | np.generic):
            return self._array(value, place)
        return self._object(value, place)

    def _mapping(self, value: dict[Any, Any], place: str) -> Any:
        if not all(_is_key(key) for key in value):
            self.lost.append(f"{place}: keys that are no plain values")
            return LEFT
        pairs = [[key, self.value(item, f"{place}[{key!r:.40}]")] for key, item in value.items()]
        factory = getattr(getattr(value, "default_factory", None), "__name__", None)
        return {TAG: "dict", "kind": type(value).__name__, "pairs": pairs, "factory": factory}

    def _array(self, value: Any, place: str) -> Any:
        try:
            tensor = torch.from_numpy(np.array(value))
        except TypeError:  # texts and objects
            self.lost.append(f"{place}: array of {value.dtype}")
            return LEFT
        return {TAG: "array", "tensor": tensor, "scalar": isinstance(value, np.generic)}

    def _object(self, value: Any, place: str) -> Any:
        drawn = _generator_state(value)
        if drawn is not None:
            return {TAG: "generator", "state": self.value(drawn, place)}
        if _is_apart(value):
            return LEFT
        if isinstance(value, Path):
            return {TAG: "path", "text": str(value)}
        if isinstance(value, enum.Enum):
            return {TAG: "enum", "kind": type(value).__qualname__, "name": value.name}
        if callable(getattr(value, "state_dict", None)) and callable(
            getattr(value, "load_state_dict", None)
        ):
            return {TAG: "stateful", "state": self.value(value.state_dict(), place)}
        if hasattr(value, "__dict__") and not isinstance(value, BaseException):
            attributes = self.attributes(value, set(), place)
            return {TAG: "object", "kind": type(value).__qualname__, "attributes": attributes}
        self.lost.append(f"{place}: {type(value).__name__}")
        return LEFT


def _is_key(key: Any) -> bool:
    return type(key) in _PLAIN or (type(key) is tuple and all(_is_key(part) for part in key))


def _is_apart(value: Any) -> bool:
    """Whether an object has a life of its own that is kept elsewhere, or no state at all."""
    from torch.optim import Optimizer
    from torch.optim.lr_scheduler import LRScheduler
    from torch.utils.data import DataLoader, Dataset

    from art.training.module_logger.experiment import Experiment
    from art.training.module_logger.logger import ModuleLogger
    from art.training.module_logger.recorder import Recorder

    if any(is_of(value, name) for name in ("Trainer", "LightningDataModule", "Callback")):
        return True
    return isinstance(
        value, (Experiment, Recorder, ModuleLogger, Optimizer, LRScheduler, DataLoader, Dataset)
    )


def _generator_state(value: Any) -> Any:
    if isinstance(value, torch.Generator):
        return value.get_state()
    if isinstance(value, np.random.Generator):
        return dict(value.bit_generator.state)
    if isinstance(value, np.random.RandomState):
        return dict(value.get_state(legacy=False))
    return list(value.getstate()) if isinstance(value, random.Random) else None
