"""Calls a module of any make with a batch, as prediction does: in eval mode, with what it needs."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from torch import Tensor, nn

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


def call(module: nn.Module, batch: Any, index: int = 0) -> Any:
    """What a module's `forward` makes of a batch's inputs.

    A batch with names gives `forward` whatever it has a parameter for, all of it where that takes
    any name (`forward(**batch)`). Several inputs without names are given to it one by one where it
    takes as many. A tuple's first element is all that it is given otherwise.

    Args:
        module: what is called.
        batch: of any make.
        index: not used; `predict` has it too.
    """
    parts = parts_of(batch)
    named = _by_name(module, batch)
    if named:
        return module(**named)
    inputs, needed = parts.inputs, _needed(module)
    if isinstance(inputs, Mapping) and needed and all(name in inputs for name in needed):
        return module(**{name: inputs[name] for name in needed})
    if len(needed) > 1:
        several = inputs if isinstance(inputs, list | tuple) else parts.leading
        if len(several) == len(needed):
            return module(*several)
    return module(inputs)


def feed(network: nn.Module, inputs: Any) -> Any:
    """What a plain network makes of inputs: a tensor as it is, several one by one where its
    `forward` takes as many, by their names where they have names."""
    if isinstance(inputs, Tensor):
        return network(inputs)
    if isinstance(inputs, list | tuple) and len(inputs) == len(_needed(network)) > 1:
        return network(*inputs)
    named = _by_name(network, inputs)
    return network(**named) if named else network(inputs)


def _by_name(module: nn.Module, batch: Any) -> dict[str, Any]:
    """The parts of a batch that `forward` has a parameter for; empty where it lacks one that it
    needs, or where the batch has no names."""
    if not isinstance(batch, Mapping) or not all(isinstance(key, str) for key in batch):
        return {}
    parameters = inspect.signature(module.forward).parameters
    if any(each.kind is each.VAR_KEYWORD for each in parameters.values()):
        known = dict(batch)
    else:
        known = {name: batch[name] for name in parameters if name in batch}
    return known if all(name in known for name in _needed(module)) else {}


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
