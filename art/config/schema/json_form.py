"""A config as JSON has it, for tools that know JSON and no .cfg."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from art.config.layering.layers import Layer
from art.config.reading.document import read
from art.core.secrets import redact
from art.errors import ConfigError


def json_form(text: str, source: str) -> dict[str, Any]:
    """A config as JSON has it: as written, nothing filled in, references kept, secrets hidden.

    Raises:
        ConfigError: all that cannot be read.
    """
    layer = read(text, source)
    if layer.faults:
        raise ConfigError(layer.faults)
    found: dict[str, Any] = redact(nested(layer))
    return found


def nested(layer: Layer) -> dict[str, Any]:
    """A layer's settings by section, as they are written."""
    values: dict[str, Any] = {}
    for path in layer.sections:
        _inside(values, path)
    for entry in layer.entries:
        _inside(values, entry.path[:-1])[entry.path[-1]] = entry.value
    return values


def _inside(values: dict[str, Any], path: Iterable[str]) -> dict[str, Any]:
    for key in path:
        values = values.setdefault(key, {})
    return values
