"""Reads a config without looking at any function: what a run with nothing to do needs to know."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from art.config.layering.default import default_layer, merge_layers
from art.config.layering.stack import layers_of
from art.config.names import project_name
from art.config.reading.references import resolve_one
from art.config.reading.source import read_source


@dataclass(frozen=True)
class Peek:
    """What can be said of a config before functions are registered.

    Attributes:
        runs: where its records are.
        project: its name.
        digest: of every value of every layer, as written. Equal digests mean equal configs as
            long as the functions that they name are the same.
    """

    runs: str
    project: str
    digest: str


def peek(
    path: Path, *, overrides: Sequence[str] | Mapping[str, Any] = (), system: Path | None = None
) -> Peek | None:
    """Read all layers; None where one has a mistake, which loading explains.

    Raises:
        PathError: a file is missing or unreadable.
    """
    found = read_source(path)
    source = found.name
    layers = layers_of(
        found.text,
        source,
        folder=found.folder,
        overrides=overrides,
        system=system,
        environ=None,
    )
    if any(layer.faults for layer in layers):
        return None
    values = merge_layers(default_layer(), layers).values
    runs = resolve_one(values, ("paths", "runs"))
    project = resolve_one(values, ("project", "name")) or project_name(source)
    if not isinstance(runs, str) or not isinstance(project, str):
        return None
    text = json.dumps(values, sort_keys=True, default=repr)
    return Peek(runs, project, sha256(text.encode()).hexdigest())
