"""Checks a config that comes from elsewhere: functions that are not installed are no mistakes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from art.config.checking.hints import OURS
from art.config.layering.default import default_layer
from art.config.layering.layers import Layer
from art.config.layering.stack import system_faults
from art.config.loading import assemble
from art.config.reading.document import read
from art.config.reading.positions import Path
from art.config.reading.secrets import secret_faults
from art.errors import ConfigError, Fault, Location
from art.registries import ALL


@dataclass(frozen=True)
class Named:
    """A registered function that a config names.

    Attributes:
        registry: the word after `@`.
        name: its registered name.
        path: the setting that names it.
        is_installed: whether it is registered here.
        at: where the name stands; None inside a list or dict.
    """

    registry: str
    name: str
    path: Path
    is_installed: bool
    at: Location | None = None


def foreign_faults(text: str, source: str, *, system: str = "") -> list[Fault]:
    """The mistakes of a config that a machine could have without what is not installed here.

    Args:
        text: the config.
        source: what people know it by.
        system: the text of a system config that goes with it.
    """
    layer = read(text, source)
    layer.faults += secret_faults(layer)
    layers = [layer]
    if system:
        machine = read(system, "system.cfg")
        machine.faults += system_faults(machine)
        layers.append(machine)
    draft = assemble(default_layer(), layers, source, on_this_machine=False)
    excused: dict[Location | None, list[str]] = {}
    for one in named_functions(layer):
        if _is_excused(one):
            excused.setdefault(one.at, []).append(f"unknown @{one.registry} '{one.name}'")
    draft.faults = [
        fault
        for fault in draft.faults
        if not fault.message.startswith(tuple(excused.get(fault.location, ())))
    ]
    try:
        draft.fail()
    except ConfigError as error:
        return list(error.faults)
    return []


def named_functions(layer: Layer) -> list[Named]:
    """Every registered function that a config's text names, in order."""
    found = []
    for entry in layer.entries:
        for path, value in _names(entry.path, entry.value):
            registry = path[-1][1:]
            if isinstance(value, str):
                is_there = registry in ALL and value in ALL[registry]
                at = entry.value_at
                found.append(Named(registry, value, path, is_there, at))
    return found


def _names(path: Path, value: Any) -> Iterator[tuple[Path, Any]]:
    if path[-1].startswith("@"):
        yield path, value.strip('"') if isinstance(value, str) else value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _names((*path, key), item)
    elif isinstance(value, list):
        for item in value:
            yield from _names(path, item) if isinstance(item, dict) else ()


def _is_excused(one: Named) -> bool:
    return not one.is_installed and one.registry in ALL and not one.name.startswith(OURS)
