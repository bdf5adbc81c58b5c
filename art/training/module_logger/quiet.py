"""Lets a module's `self.log` do nothing where ART calls the module itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from art.training.namespaces import is_lightning_module

_LOGS = ("log", "log_dict")


@contextmanager
def logging_nothing(module: Any) -> Iterator[None]:
    """Inside, a `forward` or `predict_step` that logs does no harm: no loop gathers what it logs.

    Lightning refuses `self.log` outside the loops of its Trainer.
    """
    if not is_lightning_module(module):
        yield
        return

    with replaced(module, dict.fromkeys(_LOGS, nothing)):
        yield


def nothing(*args: Any, **kwargs: Any) -> None:
    """Stands for a method that is to do nothing."""


@contextmanager
def replaced(module: Any, functions: Mapping[str, Callable[..., Any]]) -> Iterator[None]:
    """Other functions in the place of an object's methods inside; what it had of its own is put
    back afterwards, so that one such context may stand within another."""
    before = {name: vars(module)[name] for name in functions if name in vars(module)}
    for name, function in functions.items():
        object.__setattr__(module, name, function)
    try:
        yield
    finally:
        for name in functions:
            object.__delattr__(module, name)
        for name, function in before.items():
            object.__setattr__(module, name, function)
