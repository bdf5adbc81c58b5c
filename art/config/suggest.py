"""What can be written on a command line about a config: settings, values, stages.

The config may be half written or wrong: what can be read of it counts, and nothing is raised.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import PurePath
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from art.config.functions.annotations import show
from art.config.functions.blocks import CHECKS, blocks_of, is_block, reference_of
from art.config.functions.signature import REQUIRED, Parameter, signature_of
from art.config.layering.default import default_layer, merge_layers
from art.config.layering.layers import Places, get
from art.config.layering.overrides import options_layer
from art.config.names import stage_names
from art.config.reading.document import read
from art.config.reading.positions import Path
from art.config.reading.references import resolve, resolve_one
from art.config.sections import PLAIN, SINGLE, plain_parameters
from art.config.writing.defaults import add_parts
from art.config.writing.fill import fill
from art.errors import RegistryError
from art.registries import ALL


@dataclass(frozen=True)
class Setting:
    """One setting that a config has or could have.

    Attributes:
        name: its dotted name, `model.dropout`.
        parameter: its type and doc.
        value: its value now; `REQUIRED` where it has none.
    """

    name: str
    parameter: Parameter
    value: Any = REQUIRED

    @property
    def words(self) -> str:
        """A line about it: `0.2 now, float >= 0 < 1: share of units that are dropped`."""
        value = None if self.value is REQUIRED else f"{show(self.value)} now"
        about = self.parameter.type if self.parameter.annotation is not Any else None
        text = ", ".join(part for part in (value, about) if part)
        return ": ".join(part for part in (text, self.parameter.doc) if part)


def stages_of(text: str) -> list[str]:
    """The stages of a config's recipe, in order."""
    values = merge_layers(default_layer(), [read(text, "config")]).values
    return stage_names(resolve_one(values, ("project", "stages")))


def settings(text: str, options: Sequence[str] = ()) -> list[Setting]:
    """Every setting of a config: what it says, what it is filled with, what it could have.

    Args:
        text: the config.
        options: `--section.key=value` options that change it.
    """
    layers = [read(text, "config"), options_layer(options)]
    raw = merge_layers(default_layer(), layers).values
    fill(raw)
    values = resolve(raw, Places()).values
    add_parts(values, raw)
    return list(_settings(values))


def registered_names(registry: str) -> list[tuple[str, str]]:
    """The names of a registry, each with the first line of its doc; no plugin is loaded for it."""
    found, plugins = ALL[registry], ALL[registry].plugins
    return [
        (name, "from a plugin" if name in plugins else _first_line(found.get(name)))
        for name in found.names()
    ]


def choices(setting: Setting) -> list[tuple[str, str]]:
    """The values that a setting takes where they can be counted, else the one that it has.

    Each is written as on a command line, with a line about it.
    """
    now = _shown(setting.value)
    found = list(dict.fromkeys(_choices(setting.parameter.annotation)))
    if now and set(found) <= {"null"}:
        found = list(dict.fromkeys([now, *found]))
    return [(text, "now" if text == now else "") for text in found]


def takes_path(setting: Setting) -> bool:
    """Whether a setting is a place on disk."""
    path = setting.name.startswith("paths.")
    return path or setting.parameter.name in ("file", "folder") or _is_path(setting.parameter)


def _is_path(parameter: Parameter) -> bool:
    kinds = get_args(parameter.annotation) or (parameter.annotation,)
    return any(isinstance(kind, type) and issubclass(kind, PurePath) for kind in kinds)


def _settings(values: Mapping[str, Any]) -> Iterator[Setting]:
    for section in PLAIN:
        content = values.get(section)
        known = {parameter.name: parameter for parameter in plain_parameters(section)}
        yield from _content((section,), content, known)
    for block in blocks_of(values):
        yield from _block(block.path, block.values, block.registry, block.engine)
    for section, registry in SINGLE.items():
        if section not in values and ALL[registry].names():
            yield _reference((section,), registry, {})


def _block(
    path: Path, content: Any, registry: str, engine: Mapping[str, Parameter]
) -> Iterator[Setting]:
    if not isinstance(content, Mapping):
        return
    yield _reference(path, registry, content)
    known = {key: item for key, item in engine.items() if key != CHECKS}
    with suppress(RegistryError):  # of a --code file: only what is written of it is known
        known = {**signature_of(registry, reference_of(content)[1]).parameters, **known}
    yield from _content(path, content, known)


def _content(path: Path, content: Any, known: Mapping[str, Parameter]) -> Iterator[Setting]:
    content = content if isinstance(content, Mapping) else {}
    for key in dict.fromkeys([*known, *content]):
        value = content.get(key, REQUIRED)
        if is_block(value):
            yield from _block((*path, key), value, reference_of(value)[0], {})
        elif not key.startswith("@") and not (key == CHECKS and path[0] == "stages"):
            yield Setting(".".join((*path, key)), known.get(key, Parameter(key)), value)


def _reference(path: Path, registry: str, content: Mapping[str, Any]) -> Setting:
    key = f"@{registry}"
    does = ALL[registry].does if registry in ALL else ""
    parameter = Parameter(key, doc=does)
    return Setting(".".join((*path, key)), parameter, get(content, (key,), REQUIRED))


def _choices(annotation: Any) -> Iterator[str]:
    """The values of an annotation as texts; none where there is no end of them."""
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        yield from (_text(item.value if isinstance(item, Enum) else item) for item in args)
    elif origin in (Union, UnionType):
        for item in args:
            yield from _choices(item)
    elif origin is Annotated:
        yield from _choices(args[0])
    elif annotation is bool:
        yield from ("true", "false")
    elif annotation in (None, NoneType):
        yield "null"
    elif isinstance(annotation, type) and issubclass(annotation, Enum):
        yield from (_text(item.value) for item in annotation)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _shown(value: Any) -> str:
    """A value as an option has it; empty where it would need quotes."""
    if value is REQUIRED or isinstance(value, list | dict):
        return ""
    text = _text(value)
    return text if text and all(c.isalnum() or c in "._-+/" for c in text) else ""


def _first_line(function: Any) -> str:
    return (getattr(function, "__doc__", None) or "").strip().partition("\n")[0]
