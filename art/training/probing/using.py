"""Notes which layers and parameters the training steps of a module work with."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from art.training.namespaces import pl

LOOKS = ("__get__", "__set__", "size", "dim", "numel")
"""Functions that look at a tensor, or mark it, and do not compute with it."""


class Used(TorchFunctionMode):
    """Notes what a training step computes with; what an optimizer does in its step is left out."""

    def __init__(self) -> None:
        super().__init__()
        self._tensors: set[int] = set()
        self._called: set[int] = set()
        self._on = [False]
        self._handles: list[Any] = []

    def listen_to(
        self, module: pl.LightningModule, optimizers: Iterable[torch.optim.Optimizer]
    ) -> None:
        """Listen to a module's training steps; the module is this run's own."""
        step = module.training_step

        @functools.wraps(step)  # Lightning looks at what a step takes
        def listened(*args: Any, **kwargs: Any) -> Any:
            self._on.append(True)
            try:
                with self:
                    return step(*args, **kwargs)
            finally:
                self._on.pop()

        module.training_step = listened  # type: ignore[method-assign]
        for part in module.modules():
            self._handles.append(part.register_forward_hook(self._call))
        for optimizer in optimizers:
            self._handles.append(
                optimizer.register_step_pre_hook(lambda *_: self._on.append(False))
            )
            self._handles.append(optimizer.register_step_post_hook(lambda *_: self._resume()))

    def names(self, module: nn.Module) -> set[str]:
        """The parameters of layers that were called with more than zeros, and those that a function
        was given."""
        found = set()
        for name, owner in module.named_modules():
            for key, parameter in owner.named_parameters(recurse=False):
                # a loop over all parameters, for a norm or an average, uses no layer
                layer = bool(name) and type(owner).forward is not nn.Module.forward
                known = id(owner) in self._called if layer else id(parameter) in self._tensors
                if known:
                    found.add(f"{name}.{key}" if name else key)
        return found

    def remove(self) -> None:
        """Take the hooks off."""
        for handle in self._handles:
            handle.remove()
        self._handles = []

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Note the parameters that a function is given, and call it."""
        kwargs = kwargs or {}
        if self._on[-1] and getattr(func, "__name__", "") not in LOOKS:
            self._note((*args, *kwargs.values()))
        return func(*args, **kwargs)

    def _note(self, values: Iterable[Any]) -> None:
        for value in values:
            if isinstance(value, nn.Parameter):
                self._tensors.add(id(value))
            elif isinstance(value, list | tuple):
                self._note(value)

    def _call(self, module: nn.Module, given: tuple[Any, ...], output: Any) -> None:
        # an expert that no sample has chosen is given an empty batch, a decoder may be given zeros
        tensors = [one.detach() for one in given if isinstance(one, Tensor)]
        idle = any(not one.numel() for one in tensors) or (
            bool(tensors) and not any(bool(one.any()) for one in tensors)
        )
        if self._on[-1] and not idle:
            self._called.add(id(module))

    def _resume(self) -> None:
        if len(self._on) > 1:
            self._on.pop()
