"""Calls a module of any make with a batch, as prediction does: in eval mode, with what it needs."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from torch import nn

from art.training.data_modules.batches import parts_of
from art.training.module_logger.quiet import logging_nothing
from art.training.namespaces import overrides, pl


def predict(module: pl.LightningModule, batch: Any, index: int = 0) -> Any:
    """A module's predictions for a batch: its `predict_step` where it has one, else `forward`."""
    if overrides(module, "predict_step"):
        try:
            return module.predict_step(batch, index)
        except TypeError as error:
            if "positional argument" not in str(error):
                raise
            return module.predict_step(batch)
    return call(module, batch)


def call(module: nn.Module, batch: Any) -> Any:
    """What a module's `forward` makes of a batch's inputs.

    Several inputs are given to it one by one where it takes as many: by their names where they
    have names, else in their order. A tuple's first element is all that it is given otherwise.
    """
    parts = parts_of(batch)
    inputs, needed = parts.inputs, _needed(module)
    if isinstance(inputs, Mapping) and needed and all(name in inputs for name in needed):
        return module(**{name: inputs[name] for name in needed})
    if len(needed) > 1:
        several = inputs if isinstance(inputs, list | tuple) else parts.leading
        if len(several) == len(needed):
            return module(*several)
    return module(inputs)


def _needed(module: nn.Module) -> tuple[str, ...]:
    """The names of the arguments that `forward` cannot do without."""
    return tuple(
        name
        for name, each in inspect.signature(module.forward).parameters.items()
        if each.default is each.empty
        and each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)
    )


@contextmanager
def evaluating(module: nn.Module) -> Iterator[None]:
    """Eval mode inside, and nothing is logged; afterwards every submodule is as it was."""
    modes = [(part, part.training) for part in module.modules()]
    module.eval()
    try:
        with logging_nothing(module):
            yield
    finally:
        for part, training in modes:
            part.training = training
