"""What to say of names that are not there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from art.config.functions.blocks import Block, reference_of
from art.config.layering.layers import Places, get
from art.config.reading.positions import Path
from art.errors import RegistryError, did_you_mean, nearest
from art.registries import ALL, Registry

MOST_LISTED = 12


def close(name: str, known: Collection[str], sign: str = "") -> str:
    """`" Did you mean 'x'?"` where a known name is close, else nothing."""
    match = nearest(name, known)
    return f" Did you mean '{sign}{match}'?" if match else ""


def unknown_name(registry: Registry, name: str, error: RegistryError) -> str:
    """What to say of a name that is not registered."""
    if name in registry.plugins:  # it is there, and does not load
        return str(error)
    names = registry.names()
    elsewhere = [other.name for other in ALL.values() if name in other]
    if elsewhere:
        hint = f" It is one of @{elsewhere[0]}."
    elif nearest(name, names) or len(names) <= MOST_LISTED:
        hint = did_you_mean(name, names) or " None is registered."
    else:
        hint = f" `art list {registry.name}` shows all."
    return f"unknown @{registry.name} '{name}'.{hint}"


def without_name(block: Block, values: Mapping[str, Any], places: Places) -> tuple[str, Path]:
    """What to say of a block that names no function, and of which section."""
    beside = get(values, block.path[:-1]) if len(block.path) > 1 else None
    named = [
        name
        for name, other in (beside or {}).items()
        if isinstance(other, dict) and reference_of(other)[0]
    ]
    near = close(block.path[-1], named)
    inside = places.sections_inside(block.path)
    if not near and inside and not places.is_section(block.path):
        needed = f'a [{block.section}] section with an @{block.registry} = "..."'
        return f"its parent is missing: add {needed}.", inside[0]
    return f"missing '@{block.registry}', the name of a registered function.{near}", block.path
