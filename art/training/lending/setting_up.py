"""Prepares and sets up a data module, and finds out what may be left out the next time."""

from __future__ import annotations

import dis
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch

from art.training.data_modules.of_module import OfModule
from art.training.namespaces import overrides
from art.training.resuming.item_draws import generators_in
from art.training.seeding import generator_states

DEEPEST = 3
MOST_ITEMS = 100
READS = ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_ATTR", "LOAD_METHOD", "LOAD_SUPER")
"""Instructions that look a name up, to call it perhaps; an attribute that is set or deleted is not
looked up."""


@dataclass(frozen=True)
class SetUp:
    """What a data module did when it was set up.

    Attributes:
        keeps: whether `prepare_data` left something in the module, which each new one needs; it
            should only write files (Lightning, "LightningDataModule").
        draws: whether `setup` drew random numbers from generators that others use as well, so that
            it would split the data another way when it is called again.
        reads_stage: whether `setup` looks at its argument.
        tears_down: whether it has a `teardown` that calls anything, and may remove files. One that
            only lets go of attributes, or does nothing as in many templates, touches no other copy.
    """

    keeps: bool
    draws: bool
    reads_stage: bool
    tears_down: bool


def set_up(data: Any, *, prepared: bool) -> SetUp:
    """Prepare a new data module, unless that is done, and set it up for training."""
    keeps = False
    if not prepared:
        before = outline(data)
        data.prepare_data()
        keeps = outline(data) != before
    own = [(generator, _state(generator)) for generator in generators_in(data)]
    drawn = generator_states()
    data.setup("fit")
    draws = not equal_states(drawn, generator_states())
    draws = draws or any(not equal_states(_state(each), state) for each, state in own)
    return SetUp(keeps, draws, _reads_stage(data), _tears_down(_giver(data)))


def outline(value: Any, depth: int = DEEPEST) -> Any:
    """What tells whether attributes were set: which objects stand where, some levels down."""
    inside: Any = ()
    if depth and not isinstance(value, type):
        if isinstance(value, dict) and len(value) <= MOST_ITEMS:
            inside = tuple((id(key), outline(item, depth - 1)) for key, item in value.items())
        elif isinstance(value, list | tuple | set) and len(value) <= MOST_ITEMS:
            inside = tuple(outline(item, depth - 1) for item in list(value))
        elif isinstance(value, dict | list | tuple | set):
            inside = len(value)
        elif hasattr(value, "__dict__"):
            inside = outline(vars(value), depth)[1]
    return id(value), inside


def _giver(data: Any) -> Any:
    return data.module if isinstance(data, OfModule) else data


def _tears_down(giver: Any) -> bool:
    if not overrides(giver, "teardown"):
        return False
    code = getattr(type(giver).teardown, "__code__", None)
    if code is None:
        return True
    steps = list(dis.get_instructions(code))
    calls = any(step.opname.startswith("CALL") for step in steps)
    reads = {step.argval for step in steps if step.opname.startswith(READS)}
    return calls and not reads <= {"super", "teardown"}


def _reads_stage(data: Any) -> bool:
    """Whether `setup` looks at the stage that it is called for, which it may ignore."""
    function = getattr(type(_giver(data)), "setup", None)
    code = getattr(function, "__code__", None)
    if code is None or hasattr(function, "__wrapped__") or code.co_argcount < 2:
        return True
    name = code.co_varnames[1]
    loads = ("LOAD", "STORE", "DELETE")
    return name in code.co_cellvars or any(
        _names(step.argval, name) and step.opname.startswith(loads)
        for step in dis.get_instructions(code)
    )


def _names(argument: Any, name: str) -> bool:
    """Newer versions load two variables in one instruction."""
    return argument == name or (isinstance(argument, tuple) and name in argument)


def _state(generator: Any) -> Any:
    if isinstance(generator, torch.Generator):
        return generator.get_state()
    if hasattr(generator, "bit_generator"):
        return generator.bit_generator.state
    if hasattr(generator, "get_state"):
        return generator.get_state(legacy=False)
    return generator.getstate()


def equal_states(one: Any, other: Any) -> bool:
    """Whether two states of generators, or two sets of them, are the same."""
    if isinstance(one, torch.Tensor):
        return torch.equal(one, other)
    if isinstance(one, Mapping):
        return all(equal_states(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return all(map(equal_states, one, other))
    return bool((one == other).all()) if hasattr(one, "shape") and one.shape else one == other
