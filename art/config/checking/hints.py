"""What to say of names that are not there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from art.config.functions.blocks import Block, reference_of
from art.config.layering.layers import Places, get
from art.config.reading.positions import Path as Place
from art.core.code import loaded_files
from art.core.code_reading import files_that_register
from art.errors import RegistryError, did_you_mean, nearest, typed
from art.registries import ALL, Registry

MOST_LISTED = 12


def close(name: str, known: Collection[str], sign: str = "") -> str:
    """`" Did you mean 'x'?"` where a known name is close, else nothing."""
    match = nearest(name, known)
    return f" Did you mean '{sign}{match}'?" if match else ""


OURS = ("art.", "torch.", "lightning.")
"""What begins so is built in: where there is no such name it is a mistake."""
CLOSE = 0.85
"""A user's name that is nearer than this to a known one is a slip of the hand."""


def unknown_name(registry: Registry, name: str, error: RegistryError, folder: Path | None) -> str:
    """What to say of a name that is not registered.

    Args:
        registry: the one that was asked.
        name: what was asked for.
        error: what the registry says.
        folder: the config's; None where it has none.
    """
    if name in registry.plugins:  # it is there, and does not load
        return str(error)
    names = registry.names()
    elsewhere = [other.name for other in ALL.values() if name in other]
    own = "" if name.startswith(OURS) else _in_code(registry, name, folder)
    if elsewhere:
        hint = f" It is one of @{elsewhere[0]}."
    elif own:
        hint = own
    elif nearest(name, names) or len(names) <= MOST_LISTED:
        hint = did_you_mean(name, names) or " None is registered."
    else:
        hint = f" `art list {registry.name}` shows all."
    return f"unknown @{registry.name} '{name}'.{hint}"


def _in_code(registry: Registry, name: str, folder: Path | None) -> str:
    """What to say of a name that is none of ART's: which code file is missing."""
    place = Path() if folder is None else folder
    given = {file.resolve() for file in loaded_files()}
    every = files_that_register(registry.name, name, place)
    found = [file for file in every if file.resolve() not in given]
    way = "--code FILE"
    if found:
        way = f"--code {typed(found[0])}"
        in_config = f'code = ["{found[0].name}"] in [project]'
        said = f" {found[0]} registers it: add `{way}`, or write {in_config}."
        return said if given else f" No code file was given.{said}"
    names = registry.names()
    near = [start + name for start in OURS if start + name in names]
    near += get_close_matches(name, names, n=1, cutoff=CLOSE)
    if near:
        return f" Did you mean '{near[0]}'?"
    if given:
        files = " and ".join(file.name for file in given)
        return f" {files}, which ran, does not register it.{did_you_mean(name, _own(registry))}"
    return f" No code file was given: `{way}`, or name it in [project] code."


def _own(registry: Registry) -> list[str]:
    return [name for name in registry.names() if not name.startswith(OURS)]


def without_name(block: Block, values: Mapping[str, Any], places: Places) -> tuple[str, Place]:
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
