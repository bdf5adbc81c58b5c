"""Writes a config as text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from art.config.functions.blocks import is_block
from art.config.names import ORDER
from art.config.reading.positions import Path
from art.config.reading.references import REFERENCE, escape
from art.config.sections import NAMED, PLAIN, plain_parameters
from art.errors import UNSEEN


def to_text(values: Mapping[str, Any]) -> str:
    """A resolved config as text that can be read again and gives the same values.

    A dict that is no block is written on one line. confection would make a section of it, whose
    keys may not be ones; but it writes a string with a reference as it is, so such a value is
    given to it as one, and put in afterwards.
    """
    from confection import Config

    inline: dict[str, str] = {}
    prepared = _prepared(ordered(values), (), inline)
    text = str(Config(prepared).to_str(interpolate=False)) + "\n"
    for token, value in inline.items():
        text = text.replace(f"= {token}\n", f"= {value}\n", 1)
    return text


def value_text(value: Any) -> str:
    """One value as it is written in a config; in it nothing is a reference."""
    return json_text(escape(value))


def reference_text(value: Any) -> str:
    """One value as it is written in a config; `${section.key}` in it is a reference.

    A text that is nothing but a reference stands bare: it takes the other's type.
    """
    if isinstance(value, str) and REFERENCE.fullmatch(value.strip('"')):
        return value
    if isinstance(value, list):
        return f"[{', '.join(map(reference_text, value))}]"
    if isinstance(value, Mapping):
        items = (f"{json_text(str(key))}: {reference_text(item)}" for key, item in value.items())
        return f"{{{', '.join(items)}}}"
    return json_text(value)


def json_text(value: Any) -> str:
    """JSON in which every letter is itself, but for those that cannot be seen."""
    text = json.dumps(value, ensure_ascii=False)
    if text.isprintable() and UNSEEN.search(text) is None:
        return text
    return "".join(
        c if c.isprintable() and not UNSEEN.match(c) else json.dumps(c)[1:-1] for c in text
    )


def ordered(values: Mapping[str, Any]) -> dict[str, Any]:
    """The sections in the order in which a config is written; stages in the recipe's."""
    known = [name for name in ORDER if name in values]
    rest = [name for name in values if name not in ORDER]
    found = {name: _fields_first(name, values[name]) for name in [*known, *rest]}
    names = values.get("project", {}).get("stages") if "project" in values else None
    if isinstance(names, list) and isinstance(values.get("stages"), Mapping):
        stages = values["stages"]
        first = [name for name in names if isinstance(name, str) and name in stages]
        found["stages"] = {name: stages[name] for name in [*first, *stages]}
    return found


def _fields_first(section: str, content: Any) -> Any:
    """A plain section's own settings in their order, then whatever else it has."""
    if section not in PLAIN or not isinstance(content, Mapping):
        return content
    fields = [item.name for item in plain_parameters(section) if item.name in content]
    return {name: content[name] for name in [*fields, *content]}


def is_section(path: Path, value: Any) -> bool:
    """Whether what stands at a path is written as a section, not as a value."""
    if not isinstance(value, Mapping):
        return False
    if len(path) == 1 or is_block(value):
        return True
    if path[0] in NAMED and len(path) == 2:
        return True
    return path[0] == "stages" and path[2:3] == ("checks",) and len(path) <= 4


def _prepared(value: Any, path: Path, inline: dict[str, str]) -> Any:
    if not path or is_section(path, value):
        return {key: _prepared(item, (*path, key), inline) for key, item in value.items()}
    if isinstance(value, bool | int | float) or value is None:
        return value
    token = f"${{art.inline.{len(inline)}}}"
    inline[token] = value_text(value)
    return token
