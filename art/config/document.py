"""Reads a config's text into a layer: values, their places, and the faults of its form."""

from __future__ import annotations

from typing import Any

from art.config.layers import Entry, Layer, get
from art.config.positions import KeySpan, Path, Scan, scan
from art.config.references import MAX_DEPTH, read_value
from art.errors import Fault, Location


def read(text: str, source: str) -> Layer:
    """Read a config.

    Nothing is raised: faults are gathered in the layer, and what can be read is read.

    Args:
        text: the config.
        source: the file as the user named it.
    """
    found = scan(text, source)
    layer = Layer(source, faults=list(found.faults))
    for span in found.sections:
        if span.path in layer.sections:
            first = layer.sections[span.path].line
            layer.faults.append(_again("this section was there already", span.path, span.at, first))
        elif span.path[0] == "DEFAULT":
            message = "unknown section [DEFAULT]: a config has no values common to all sections."
            layer.faults.append(Fault(message, "", span.at))
        else:
            layer.sections[span.path] = span.at
    keys = _keys(found, layer)
    values = _parse(list(layer.sections), keys)
    for key in keys:
        _add(layer, key, get(values, (*key.section, key.key)))
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
        elif path in layer.sections:
            line = layer.sections[path].line
            message = f"'{key.key}' is a section as well (line {line})."
            layer.faults.append(Fault(message, ".".join(key.section), key.at))
        else:
            kept[path] = key
    return list(kept.values())


def _parse(sections: list[Path], keys: list[KeySpan]) -> dict[str, Any]:
    """The values, as confection understands them.

    It is given the text again without comments and with the parents of every section, which it
    insists on and which say nothing: `[metrics.scores]` needs no `[metrics]` above it.
    """
    from confection import Config

    bodies: dict[Path, list[str]] = {}
    for path in sections:
        for length in range(1, len(path) + 1):
            bodies.setdefault(path[:length], [])
    for key in keys:
        value = "\n    ".join(key.text.split("\n"))
        bodies[key.section].append(f"{key.key} = {value}")
    text = "\n".join("\n".join([f"[{'.'.join(path)}]", *lines]) for path, lines in bodies.items())
    return dict(Config().from_str(text, interpolate=False))


def _add(layer: Layer, key: KeySpan, value: Any) -> None:
    text = key.text
    section = ".".join(key.section)
    if "${" in text:
        value = read_value(text)
    elif len(text) > 1 and text[0] == text[-1] == "'":
        message = f"{key.key}: values are JSON: use double quotes, not single ones."
        layer.faults.append(Fault(message, section, key.value_at))
        value = text[1:-1]
    elif text == "":
        message = f"{key.key} has no value; nothing is written as null."
        layer.faults.append(Fault(message, section, key.value_at))
        value = None
    if _depth(value) > MAX_DEPTH:
        message = f"{key.key}: lists and dicts are nested too deeply."
        layer.faults.append(Fault(message, section, key.value_at))
        value = None
    layer.entries.append(Entry((*key.section, key.key), value, key.at, key.value_at))


def _depth(value: Any) -> int:
    """How deeply lists and dicts are nested, without recursion."""
    depth, level = 0, [value]
    while level:
        inner = [item for item in level if isinstance(item, dict | list)]
        level = [x for item in inner for x in (item.values() if isinstance(item, dict) else item)]
        depth += bool(inner)
    return depth


def _again(message: str, section: Path, at: Location, first: int) -> Fault:
    return Fault(f"{message} (line {first} first).", ".".join(section), at)
