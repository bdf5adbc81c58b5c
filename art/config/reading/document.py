"""Reads a config's text into a layer: values, their places, and the faults of its form."""

from __future__ import annotations

from collections.abc import Collection

from art.config.layering.layers import Entry, Layer
from art.config.reading.positions import MAX_FAULTS, KeySpan, Path, Scan, scan
from art.config.reading.text import MAX_BYTES, text_faults
from art.config.reading.values import read_value
from art.errors import UNSEEN, Fault, Location


def read(text: str, source: str) -> Layer:
    """Read a config.

    Nothing is raised: faults are gathered in the layer, and what can be read is read.

    Args:
        text: the config.
        source: the file as the user named it.
    """
    layer = Layer(source, text=text, faults=list(text_faults(text, source)))
    if len(text) > MAX_BYTES:
        return layer
    found = scan(text, source)
    for span in found.sections:
        if span.path in layer.sections:
            first = layer.sections[span.path].line
            layer.faults.append(_again("this section was there already", span.path, span.at, first))
        elif span.path[0] == "DEFAULT":
            message = "unknown section [DEFAULT]: a config has no values common to all sections."
            layer.faults.append(Fault(message, "", span.at))
        else:
            layer.sections[span.path] = span.at
    damaged = {fault.location.line for fault in layer.faults if fault.location}
    layer.faults += found.faults
    for key in _keys(found, layer):
        if len(layer.faults) >= MAX_FAULTS:
            break
        if UNSEEN.search(key.key) is None:  # else its fault is said, and it is no one's setting
            _add(layer, key, damaged)
    return layer


def _keys(found: Scan, layer: Layer) -> list[KeySpan]:
    """The keys that can be used; the others are faults."""
    kept: dict[Path, KeySpan] = {}
    for key in found.keys:
        path = (*key.section, key.key)
        if key.section not in layer.sections:
            continue  # its section is a fault already
        if path in kept:
            message = f"'{key.key}' was set already"
            layer.faults.append(_again(message, key.section, key.at, kept[path].at.line))
        else:
            kept[path] = key
    _conflicts(layer, kept)
    return list(kept.values())


def _conflicts(layer: Layer, kept: dict[Path, KeySpan]) -> None:
    """Values that a section of the same name, or one inside it, stands against."""
    inside = {
        path[:length]: path
        for path in reversed(layer.sections)
        for length in range(1, len(path) + 1)
    }
    for path in [path for path in kept if path in inside]:
        key = kept.pop(path)
        header = inside[path]
        line = layer.sections[header].line
        name = ".".join(header)
        message = f"'{key.key}' has a value here and is a section as well: [{name}], line {line}."
        layer.faults.append(Fault(message, ".".join(key.section), key.at))


def _add(layer: Layer, key: KeySpan, damaged: Collection[int]) -> None:
    value, problem = read_value(key.text)
    path = (*key.section, key.key)
    if any(at.line in damaged for at in key.starts):
        layer.unread.add(path)
    elif problem is not None:
        message = f"{key.key}: {problem.message}"
        at = key.locate(problem.offset)
        layer.faults.append(Fault(message, ".".join(key.section), at))
        layer.unread.add(path)
    layer.entries.append(Entry(path, value, key.at, key.value_at))


def _again(message: str, section: Path, at: Location, first: int) -> Fault:
    return Fault(f"{message} (line {first} first).", ".".join(section), at)
