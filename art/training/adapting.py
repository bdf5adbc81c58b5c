"""Lets a data module of one of Lightning's namespaces be used by a Trainer of the other."""

from __future__ import annotations

import inspect
from functools import cache
from typing import Any

from art.training.namespaces import bases_of, pl

_ORIGINAL = "__art_original__"


def adapted(data: Any, namespace: Any) -> Any:
    """The data module as one that this namespace's Trainer takes: the very same object.

    It keeps its attributes and its methods, and becomes an instance of the namespace's
    LightningDataModule as well.

    Args:
        data: a data module of either namespace.
        namespace: the Trainer's.
    """
    original: type = getattr(type(data), _ORIGINAL, type(data))
    fits = issubclass(original, namespace.LightningDataModule)
    data.__class__ = original if fits else _joined(original, namespace)
    return data


@cache
def _joined(kind: type, namespace: Any) -> type:
    """A class of both namespaces.

    A Trainer asks which methods differ from those of its own base class. Those that the program
    did not write are therefore taken from that base class, and not from the other namespace's.
    """
    target: Any = namespace.LightningDataModule
    foreign = [base for base in bases_of(kind) if base.__name__ == pl.LightningDataModule.__name__]
    inherited = {
        name: inspect.getattr_static(target, name)
        for name in dir(target)
        if not name.startswith("__")
        and any(getattr(kind, name, None) is getattr(base, name, None) for base in foreign)
    }
    own = {"__module__": kind.__module__, "__qualname__": kind.__qualname__, _ORIGINAL: kind}
    return type(kind.__name__, (kind, target), {**inherited, **own})
