"""Tells which settings of a config are secret, and refuses them in a recipe config."""

from __future__ import annotations

from collections.abc import Iterator

from art.config.layering.layers import Layer
from art.core.secrets import is_secret, secret_values
from art.errors import Fault


def secrets_of(layer: Layer) -> Iterator[str]:
    """Every secret in the settings of a layer."""
    for entry in layer.entries:
        yield from secret_values(entry.value, entry.path[-1])


def secret_faults(layer: Layer) -> Iterator[Fault]:
    """A fault for each secret of a recipe config. The secret itself is never shown."""
    for entry in layer.entries:
        if is_secret(entry.path[-1], entry.value):
            yield Fault(
                f"{entry.path[-1]} looks like a secret, and a recipe config is made to be shared: "
                f"it belongs in the environment or the tracker's own login. Delete it here, and "
                f"revoke it if this file was ever shared.",
                ".".join(entry.path[:-1]),
                entry.value_at,
            )
