"""Lays the layers of a config over the built-in defaults."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import art
from art.config.layering.layers import Layer, Merged, merge
from art.config.names import STAGES, stage_names
from art.config.reading.document import read
from art.config.reading.references import resolve_one
from art.core.files import read_text


def default_layer(text: str | None = None) -> Layer:
    """The built-in defaults, or others for a test. Shared: not to be changed."""
    return _parsed(_default_text() if text is None else text)


@lru_cache(maxsize=8)
def _parsed(text: str) -> Layer:
    return read(text, "default.cfg")


@lru_cache(maxsize=1)
def _default_text() -> str:
    return read_text(Path(art.__file__).parent / "configs" / "default.cfg", "default config")


def merge_layers(defaults: Layer, layers: Sequence[Layer]) -> Merged:
    """All layers; the default sections of stages only where the recipe has or changes them."""
    named = [one.only(_is_of_stage_names) for one in (defaults, *layers)]
    names = stage_names(merge(named).values.get("project", {}).get("stages"))
    if any("$" in name for name in names) or not names:
        first = merge([defaults, *layers]).values
        names = stage_names(resolve_one(first, ("project", "stages"))) or list(STAGES)
    names = [*names, *(path[1] for layer in layers for path in stage_paths(layer))]
    kept = defaults.only(lambda path: path[0] != "stages" or (len(path) > 1 and path[1] in names))
    return merge([kept, *layers])


def _is_of_stage_names(path: tuple[str, ...]) -> bool:
    return path[:2] == ("project", "stages")


def stage_paths(layer: Layer) -> Iterator[tuple[str, ...]]:
    """Paths of a layer inside `[stages.NAME]`."""
    for path in (*layer.sections, *(entry.path for entry in layer.entries)):
        if path[0] == "stages" and len(path) > 1:
            yield path
