"""Fills the registries with every built-in part; the only place to do so."""

from __future__ import annotations

import pkgutil
from importlib import import_module


def populate() -> None:
    """Register every built-in part. Imports no torch: parts import it where they use it."""
    package = import_module("art.registry")
    for found in pkgutil.walk_packages(package.__path__, "art.registry."):
        if not found.ispkg and not found.name.rsplit(".", 1)[1].startswith("_"):
            import_module(found.name)
