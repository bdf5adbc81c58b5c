"""Layers of settings, and what comes of laying one over the other. Every value keeps its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from art.config.reading.positions import Path
from art.errors import Fault, Location


@dataclass(frozen=True)
class Entry:
    """One setting of a layer.

    Attributes:
        path: its section and key.
        value: a JSON value, in which `${}` is not yet looked up.
        at: where its key stands.
        value_at: where its value stands.
    """

    path: Path
    value: Any
    at: Location
    value_at: Location


@dataclass
class Layer:
    """The settings of one file, variable or command line.

    Attributes:
        source: what people know it by.
        sections: where each section's header stands.
        entries: the settings, in order.
        faults: what could not be read.
        unread: paths of settings whose value could not be read; their fault is said.
        text: all of it as written, for showing the line of a fault.
    """

    source: str
    sections: dict[Path, Location] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unread: set[Path] = field(default_factory=set)
    text: str = ""

    def only(self, keep: Callable[[Path], bool]) -> Layer:
        """The layer without the sections and settings whose path is not kept."""
        sections = {path: at for path, at in self.sections.items() if keep(path)}
        entries = [entry for entry in self.entries if keep(entry.path)]
        return Layer(self.source, sections, entries, self.faults, self.unread, self.text)


@dataclass
class Places:
    """Where settings and sections stand, by path."""

    keys: dict[Path, Location] = field(default_factory=dict)
    values: dict[Path, Location] = field(default_factory=dict)

    def key(self, path: Path) -> Location | None:
        """The place of a setting's key or a section's header; of the value that it is inside of,
        or the nearest section around it."""
        return self.keys[path] if path in self.keys else self.value(path)

    def value(self, path: Path) -> Location | None:
        """The place of a setting's value, or of the nearest thing around it."""
        for length in range(len(path), 0, -1):
            for table in (self.values, self.keys):
                if path[:length] in table:
                    return table[path[:length]]
        return None

    def is_section(self, path: Path) -> bool:
        """Whether a section of that path, and no value, was written."""
        return path in self.keys and path not in self.values

    def sections_inside(self, path: Path) -> list[Path]:
        """The sections inside another that were written."""
        inside = (key for key in self.keys if len(key) > len(path) and key[: len(path)] == path)
        return [key for key in inside if key not in self.values]

    def header(self, path: Path) -> Location | None:
        """The place of a section; of the first thing inside it where it has no header."""
        if path in self.keys:
            return self.keys[path]
        inside = [at for key, at in self.keys.items() if key[: len(path)] == path]
        return inside[0] if inside else self.key(path)

    def forget(self, path: Path) -> None:
        """Forget all that stands inside a section, and the section."""
        for table in (self.keys, self.values):
            for key in [key for key in table if key[: len(path)] == path]:
                del table[key]


@dataclass
class Merged:
    """Layers laid over each other: plain values, and where each stands."""

    values: dict[str, Any] = field(default_factory=dict)
    places: Places = field(default_factory=Places)
    unread: set[Path] = field(default_factory=set)


def merge(layers: Iterable[Layer]) -> Merged:
    """Lay layers over each other; the later wins, setting by setting.

    A block that names another registered function starts anew: the settings of the function it
    replaces mean nothing to the new one.
    """
    merged = Merged()
    for layer in layers:
        for path in _changed_blocks(layer, merged.values):
            _clear(merged.values, path)
            merged.places.forget(path)
        for path, at in layer.sections.items():
            _section(merged.values, path)
            merged.places.keys[path] = at
        for entry in layer.entries:
            parent = _section(merged.values, entry.path[:-1])
            if isinstance(parent.get(entry.path[-1]), dict):
                merged.places.forget(entry.path)
            parent[entry.path[-1]] = copied(entry.value)
            merged.places.keys[entry.path] = entry.at
            merged.places.values[entry.path] = entry.value_at
            merged.unread.discard(entry.path)
        merged.unread |= layer.unread
    return merged


def copied(value: Any) -> Any:
    """A copy of a JSON value; much faster than `deepcopy`, which must expect anything."""
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    return [copied(item) for item in value] if isinstance(value, list) else value


def get(values: Any, path: Iterable[str], default: Any = None) -> Any:
    """What stands at a path, or `default`."""
    for key in path:
        if not isinstance(values, Mapping) or key not in values:
            return default
        values = values[key]
    return values


def walk(values: Mapping[str, Any], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value that is no dict, with its path; empty dicts too."""
    for key, value in values.items():
        if isinstance(value, Mapping) and value:
            yield from walk(value, (*path, key))
        else:
            yield (*path, key), value


def _changed_blocks(layer: Layer, values: Mapping[str, Any]) -> list[Path]:
    """The blocks that the layer gives another registered function."""
    changed = []
    for entry in layer.entries:
        block = get(values, entry.path[:-1])
        if entry.path[-1].startswith("@") and isinstance(block, Mapping):
            before = {key: value for key, value in block.items() if key.startswith("@")}
            if before and before != {entry.path[-1]: entry.value}:
                changed.append(entry.path[:-1])
    return changed


def _clear(values: dict[str, Any], path: Path) -> None:
    block = get(values, path)
    if isinstance(block, dict):
        block.clear()


def _section(values: dict[str, Any], path: Path) -> dict[str, Any]:
    for key in path:
        inner = values.get(key)
        if not isinstance(inner, dict):
            inner = values[key] = {}
        values = inner
    return values
