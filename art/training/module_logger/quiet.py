"""Lets a module's `self.log` do nothing where ART calls the module itself."""

from __future__ import annotations

from collections.abc import Iterator
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

    def nothing(*args: Any, **kwargs: Any) -> None:
        return None

    before = {name: vars(module)[name] for name in _LOGS if name in vars(module)}
    for name in _LOGS:
        object.__setattr__(module, name, nothing)
    try:
        yield
    finally:
        for name in _LOGS:
            object.__delattr__(module, name)
        for name, function in before.items():
            object.__setattr__(module, name, function)
