"""Tells what looks like a secret, refuses it in a recipe config, and hides it everywhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from art.config.layering.layers import Layer
from art.config.reading.references import REFERENCE
from art.core.secrets import HARMLESS, HIDDEN, NAMES, TOKENS
from art.errors import Fault


def is_secret(key: str, value: Any) -> bool:
    """Whether a value looks like a secret, by itself or by the key it stands under."""
    if not isinstance(value, str) or not value or REFERENCE.fullmatch(value.strip('"')):
        return False
    if TOKENS.search(value):
        return True
    return bool(NAMES.search(key)) and not HARMLESS.search(key) and value != HIDDEN


def redact(values: Any, key: str = "") -> Any:
    """A copy of a config's values in which every secret is `***`."""
    if isinstance(values, Mapping):
        return {name: redact(value, str(name)) for name, value in values.items()}
    if isinstance(values, list | tuple):
        return [redact(value, key) for value in values]
    return HIDDEN if is_secret(key, values) else values


def secret_values(values: Any, key: str = "") -> Iterator[str]:
    """Every secret in a config's values."""
    if isinstance(values, Mapping):
        for name, value in values.items():
            yield from secret_values(value, str(name))
    elif isinstance(values, list | tuple):
        for value in values:
            yield from secret_values(value, key)
    elif is_secret(key, values):
        yield values


def secret_faults(layer: Layer) -> Iterator[Fault]:
    """A fault for each secret of a recipe config. The secret itself is never shown."""
    for entry in layer.entries:
        if redact(entry.value, entry.path[-1]) != _listed(entry.value):
            yield Fault(
                f"{entry.path[-1]} looks like a secret, and a recipe config is made to be shared: "
                f"it belongs in the environment or the tracker's own login. Delete it here, and "
                f"revoke it if this file was ever shared.",
                ".".join(entry.path[:-1]),
                entry.value_at,
            )


def _listed(value: Any) -> Any:
    """The value as `redact` would give it where nothing is secret."""
    if isinstance(value, Mapping):
        return {str(name): _listed(item) for name, item in value.items()}
    return [_listed(item) for item in value] if isinstance(value, list | tuple) else value
