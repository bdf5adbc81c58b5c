"""Where each value of a recipe comes from: a file and line, a variable, an option, a default."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from art.config.functions.blocks import CHECKS, is_block, reference_of
from art.config.layering.layers import get
from art.config.layering.overrides import VARIABLE
from art.config.reading.positions import Path
from art.config.reading.references import REFERENCE
from art.config.recipe import RecipeConfig
from art.config.writing.render import is_section, ordered

DEFAULTS = "default.cfg"


@dataclass(frozen=True)
class Origin:
    """One value and where it comes from.

    Attributes:
        path: the setting.
        value: what it is, references looked up and secrets hidden.
        place: `config.cfg:12:1`, `ART_CONFIG_OVERRIDES`, `--training.max_epochs=3`, or the
            default of a function.
        written: the value as it is written where it refers to another, `${paths.data}`; else empty.
    """

    path: Path
    value: Any
    place: str
    written: str = ""

    @property
    def name(self) -> str:
        """The dotted name."""
        return ".".join(self.path)

    @property
    def text(self) -> str:
        """The place, and the reference behind the value."""
        return f"{self.place}, from {self.written}" if self.written else self.place


def origins_of(recipe: RecipeConfig) -> list[Origin]:
    """Every value of a recipe in the order in which a config is written."""
    return [
        Origin(path, value, _place(recipe, path), _written(recipe, path))
        for path, value in _settings(ordered(recipe.redacted()), ())
    ]


def origin_texts(recipe: RecipeConfig) -> dict[str, str]:
    """`{"training.max_epochs": "config.cfg:12:1"}`: for a record, and for programs."""
    return {origin.name: origin.text for origin in origins_of(recipe)}


def sources_of(recipe: RecipeConfig) -> list[str]:
    """The files, variables and options that give the recipe values, besides its own file."""
    own = (recipe.source, DEFAULTS)
    found = dict.fromkeys(at.source for at in recipe.origins.values() if at.source not in own)
    return sorted(found, key=lambda source: (source.startswith("--"), source == VARIABLE))


def is_written(recipe: RecipeConfig, path: Path) -> bool:
    """Whether a user wrote a setting, a section or something inside it."""
    return any(key[: len(path)] == path and not _is_default(recipe, key) for key in recipe.origins)


def references_in(value: Any) -> list[str]:
    """The names that a value as written refers to, `paths.data`, each once."""
    if isinstance(value, str):
        found = [match[1] for match in REFERENCE.finditer(value.replace("$$", ""))]
    elif isinstance(value, Mapping):
        found = [name for item in value.values() for name in references_in(item)]
    elif isinstance(value, list):
        found = [name for item in value for name in references_in(item)]
    else:
        found = []
    return list(dict.fromkeys(found))


def _settings(values: Mapping[str, Any], path: Path) -> Iterator[tuple[Path, Any]]:
    """Every setting, those of a section before the sections inside it."""
    inner = {key for key, value in values.items() if is_section((*path, key), value)}
    for key, value in values.items():
        if key not in inner:
            yield (*path, key), value
    for key in values:
        if key in inner:
            yield from _settings(values[key], (*path, key))


def _place(recipe: RecipeConfig, path: Path) -> str:
    for length in range(len(path), 1, -1):  # a dict on one line has one place
        key = path[:length]
        if key in recipe.origins and (length == len(path) or not _is_section(recipe, key)):
            return "default" if _is_default(recipe, key) else str(recipe.origins[key])
    if path == ("project", "name"):
        return "the file's name"
    name = _giver(recipe, path)
    return f"default of {name}" if name else "default"


def _giver(recipe: RecipeConfig, path: Path) -> str:
    """The function whose default a value is: the block's own, or the one that added the block."""
    block = get(recipe.values, path[:-1])
    registry, name = reference_of(block) if isinstance(block, Mapping) else ("", "")
    if not registry:
        return ""
    if (*path[:-1], f"@{registry}") in recipe.origins:
        return str(name)
    if path[0] == "stages" and path[2:3] == (CHECKS,):
        return str(reference_of(recipe.values["stages"][path[1]])[1])
    if path[0] in ("metrics", "visualizers") and isinstance(recipe.values.get("task"), Mapping):
        return str(reference_of(recipe.values["task"])[1])
    return str(name)


def _is_section(recipe: RecipeConfig, path: Path) -> bool:
    """Whether a section was written at a path. A block inside another may stand on one line: then
    the name of its function has no place of its own."""
    value = get(recipe.values, path)
    if is_section(path, {}) or not is_block(value):
        return is_section(path, value)
    return (*path, f"@{reference_of(value)[0]}") in recipe.origins


def _is_default(recipe: RecipeConfig, path: Path) -> bool:
    return recipe.origins[path].source == DEFAULTS != recipe.source


def _written(recipe: RecipeConfig, path: Path) -> str:
    raw = get(recipe.raw, path)
    names = references_in(raw)
    if not names:
        return ""
    return raw.strip('"') if isinstance(raw, str) else ", ".join(f"${{{name}}}" for name in names)
