"""Lightning's two namespaces, `pytorch_lightning` and `lightning.pytorch`, as one.

They hold the same code under two names, and a class of one is no instance of the other's. ART is
bound to one of them in a process, `pl`: to the one that the user's code has imported already, so
that the other is never loaded. Where a program mixes them, a module is trained by the Trainer of
its own namespace, and the functions here look through both.
"""

from __future__ import annotations

import importlib
import sys
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeGuard

NAMES = ("pytorch_lightning", "lightning.pytorch")
"""The namespaces; the first is taken where a program has imported both or neither."""

_BASES = ("LightningModule", "LightningDataModule", "Callback", "Trainer")


def loaded() -> list[ModuleType]:
    """The namespaces that this process has imported, ART's own first."""
    found = [sys.modules[name] for name in NAMES if name in sys.modules]
    return sorted(found, key=lambda namespace: namespace is not pl)


def _bound() -> ModuleType:
    imported = [name for name in NAMES if name in sys.modules]
    return importlib.import_module((imported or NAMES)[0])


if TYPE_CHECKING:
    import pytorch_lightning as pl
    from pytorch_lightning.utilities.combined_loader import CombinedLoader
else:
    pl = _bound()
    CombinedLoader = importlib.import_module(
        f"{pl.__name__}.utilities.combined_loader"
    ).CombinedLoader

__all__ = [
    "CombinedLoader", "bases_of", "is_callback", "is_combined", "is_data_module",
    "is_lightning_module", "is_of", "joined_with", "kinds", "loaded", "namespace_of", "overrides",
    "part_of", "pl",
]  # fmt: skip


def is_lightning_module(thing: object) -> TypeGuard[pl.LightningModule]:
    """Whether it is a LightningModule of either namespace, or such a class."""
    return is_of(thing, "LightningModule")


def is_data_module(thing: object) -> bool:
    """Whether it is a LightningDataModule of either namespace, or such a class."""
    return is_of(thing, "LightningDataModule")


def is_callback(thing: object) -> bool:
    """Whether it is a Callback of either namespace."""
    return is_of(thing, "Callback")


def is_combined(thing: object) -> bool:
    """Whether it is a CombinedLoader of either namespace: several loaders that are read as one."""
    return is_of(thing, "CombinedLoader", "utilities.combined_loader")


def is_of(thing: object, name: str, part: str = "") -> bool:
    """Whether it is an instance, or a subclass, of a class that either namespace has.

    Args:
        thing: an object or a class.
        name: the class, `CombinedLoader`.
        part: the module of the namespace that holds it, `utilities.combined_loader`.
    """
    if isinstance(thing, type):
        return issubclass(thing, kinds(name, part))
    return isinstance(thing, kinds(name, part))


def kinds(name: str, part: str = "") -> tuple[type, ...]:
    """The class of that name in each namespace that is loaded."""
    return tuple(getattr(part_of(namespace, part), name) for namespace in loaded())


def part_of(namespace: Any, part: str) -> Any:
    """A module of a namespace, `callbacks`; the namespace itself for an empty name."""
    name = namespace.__name__
    return importlib.import_module(f"{name}.{part}") if part else namespace


def namespace_of(thing: object) -> Any:
    """The namespace that a module, callback or Trainer belongs to; ART's for anything else."""
    kind = thing if isinstance(thing, type) else type(thing)
    for base in kind.__mro__:
        for namespace in loaded():
            if any(base is getattr(namespace, name) for name in _BASES):
                return namespace
    return pl


def bases_of(kind: type) -> list[type]:
    """Lightning's own classes, of either namespace, that a class derives from."""
    known = [getattr(namespace, name) for namespace in loaded() for name in _BASES]
    return [base for base in kind.__mro__ if any(base is one for one in known)]


def overrides(thing: object, name: str) -> bool:
    """Whether a module, data module or callback (or its class) has a hook of its own.

    A function that an object was given, as in `self.training_step = ...`, counts as well.
    """
    if isinstance(thing, type):
        kind = thing
    elif name in vars(thing):
        return True
    else:
        kind = type(thing)
    found = getattr(kind, name, None)
    if found is None:
        return False
    return not any(found is getattr(base, name, None) for base in bases_of(kind))


@cache
def joined_with(mixin: type, name: str, part: str, namespace: Any) -> type:
    """A class of ART's methods that is a subclass of a namespace's own class.

    Where Lightning asks `isinstance`, as of plugins, each Trainer needs a class of its namespace.

    Args:
        mixin: the methods; they come first.
        name: Lightning's class, `CheckpointIO`.
        part: the module that holds it, `plugins.io`.
        namespace: the one of the Trainer.
    """
    base = getattr(part_of(namespace, part), name)
    return type(mixin.__name__, (mixin, base), {"__module__": mixin.__module__})
