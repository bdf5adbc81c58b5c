"""`[project] code`: which files a config may name, and which one does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from art.config.checking.structure import CODE, wrong_code_name
from art.config.layering.default import default_layer, merge_layers
from art.config.layering.layers import get
from art.config.layering.stack import Overrides, layers_of
from art.config.reading.references import resolve_one
from art.config.reading.source import Source


def code_names(
    found: Source, *, overrides: Overrides = (), system: Path | None = None
) -> list[str]:
    """The files that `[project] code` of a config names, after all layers; none where one may not
    be named: checking the config says why.

    Raises:
        PathError: a system config is missing or unreadable.
    """
    layers = layers_of(
        found.text,
        found.name,
        folder=found.folder,
        overrides=overrides,
        system=system,
        environ=None,
    )
    return named_code(merge_layers(default_layer(), layers).values)


def named_code(values: Mapping[str, Any]) -> list[str]:
    """The same of values in which references are not yet looked up."""
    if not get(values, CODE):
        return []
    names = resolve_one(dict(values), CODE)
    if not isinstance(names, list):
        return []
    named = [name for name in names if isinstance(name, str)]
    return [] if any(map(wrong_code_name, named)) else list(dict.fromkeys(named))
