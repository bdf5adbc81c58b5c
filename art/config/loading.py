"""From files, environment and options to a recipe config: read, layer, fill, look up, check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from art.config.checking.excerpts import with_excerpts
from art.config.checking.faults import TooManyFaults
from art.config.checking.scores import score_faults
from art.config.checking.structure import (
    changed_settings_faults,
    name_faults,
    part_stage_faults,
    plain_model_faults,
    project_faults,
    section_faults,
)
from art.config.checking.validate import Checker
from art.config.layering.default import default_layer, merge_layers, stage_paths
from art.config.layering.layers import Layer, Places
from art.config.layering.stack import Overrides, layers_of
from art.config.names import project_name
from art.config.reading.references import resolve
from art.config.reading.secrets import secrets_of
from art.config.reading.source import read_source
from art.config.recipe import RecipeConfig
from art.config.writing.defaults import add_overrides, add_parts, profile_of
from art.config.writing.fill import fill
from art.errors import ConfigError, Fault


def load(
    path: Path | str,
    *,
    overrides: Overrides = (),
    system: Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> RecipeConfig:
    """Read a recipe config through all its layers.

    Args:
        path: the recipe config; `-` is standard input.
        overrides: options as on the command line, or values by dotted name.
        system: a system config to use in place of the one beside the recipe config.
        environ: the environment; the process's own by default.

    Raises:
        PathError: a file is missing or unreadable.
        ConfigError: all the mistakes at once, each with its place.
    """
    found = read_source(path)
    return load_text(
        found.text,
        found.name,
        folder=found.folder,
        overrides=overrides,
        system=system,
        environ=environ,
    )


def load_text(
    text: str,
    source: str,
    *,
    folder: Path | None = None,
    overrides: Overrides = (),
    system: Path | None = None,
    environ: Mapping[str, str] | None = None,
    defaults: str | None = None,
) -> RecipeConfig:
    """Read a recipe config from its text; see `load`.

    Args:
        text: the config.
        source: what people know it by.
        folder: where a system.cfg beside it would be.
        overrides: as for `load`.
        system: as for `load`.
        environ: as for `load`.
        defaults: the lowest layer, in place of the built-in one.
    """
    layers = layers_of(
        text, source, folder=folder, overrides=overrides, system=system, environ=environ
    )
    draft = assemble(default_layer(defaults), layers, source)
    draft.fail()
    return RecipeConfig(
        source, draft.values, draft.raw, dict(draft.places.keys), profile_of(draft.values)
    )


@dataclass
class Draft:
    """A config on its way: values, and every fault found so far.

    Attributes:
        values: filled, looked up, checked.
        raw: filled, with references.
        places: where things stand.
        faults: all of them.
        texts: what was written, by source.
        secrets: values that are not shown.
    """

    values: dict[str, Any]
    raw: dict[str, Any]
    places: Places
    faults: list[Fault] = field(default_factory=list)
    texts: Mapping[str, str] = field(default_factory=dict)
    secrets: Sequence[str] = ()

    def fail(self) -> None:
        """Raise the faults, in the order in which they stand in the files.

        Raises:
            ConfigError: there are any.
        """
        if not self.faults:
            return
        faults = with_excerpts(dict.fromkeys(self.faults), self.texts, self.secrets)
        sources = list(dict.fromkeys(f.location.source for f in faults if f.location))
        raise ConfigError(sorted(faults, key=lambda fault: _order(fault, sources)))


def assemble(
    defaults: Layer, layers: Sequence[Layer], source: str, on_this_machine: bool = True
) -> Draft:
    """Lay layers over the defaults, fill, look up and check.

    Args:
        defaults: the lowest layer; of its stages those count that the recipe names.
        layers: the others, the recipe config first.
        source: the recipe config as the user named it.
        on_this_machine: see `Checker`.
    """
    merged = merge_layers(defaults, layers)
    raw, places = merged.values, merged.places
    raw.setdefault("project", {})
    if isinstance(raw["project"], dict):
        raw["project"].setdefault("name", project_name(source))
    faults = [fault for layer in layers for fault in layer.faults]
    faults += section_faults(raw, places, source)
    faults += name_faults(raw, places)
    fill(raw)
    resolved = resolve(raw, places, merged.unread)
    faults += resolved.faults
    checker = Checker(resolved, places, on_this_machine)
    add_parts(resolved.values, raw)
    known = {path[1] for layer in (defaults, *layers) for path in stage_paths(layer)}
    with suppress(TooManyFaults):
        checker.check()
        project_faults(resolved.values, known, checker)
        if on_this_machine:
            plain_model_faults(resolved.values, checker)
        part_stage_faults(resolved.values, known, places, checker)
        score_faults(resolved.values, checker)
        if not faults and not checker.faults:  # a stage's own overrides follow from sound ones
            add_overrides(resolved.values, raw)
        changed_settings_faults(resolved.values, checker)
    texts = {layer.source: layer.text for layer in layers if layer.text}
    secrets = [value for layer in layers for value in secrets_of(layer)]
    return Draft(resolved.values, raw, places, [*faults, *checker.faults], texts, secrets)


def _order(fault: Fault, sources: Sequence[str]) -> tuple[int, int, int]:
    at = fault.location
    return (sources.index(at.source), at.line, at.column) if at else (len(sources), 0, 0)
