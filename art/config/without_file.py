"""The config of a program that has none: the defaults, and what the caller sets."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from art.config.layering.default import default_layer, merge_layers
from art.config.reading.document import read
from art.config.reading.references import resolve
from art.config.recipe import RecipeConfig
from art.config.writing.defaults import add_parts
from art.config.writing.fill import fill
from art.core.task import TaskProfile
from art.errors import ConfigError


def config_of(stages: Sequence[str], settings: Mapping[str, Any], source: str) -> RecipeConfig:
    """A config without data and model: these come as objects.

    Args:
        stages: the stages to run, with their default checks.
        settings: values by dotted name, `{"contract.coupled": True}`.
        source: what the settings are called in messages.

    Raises:
        ConfigError: settings that do not exist or values that do not fit; all at once.
    """
    text = f'[project]\nname = "check"\nstages = {json.dumps(list(stages))}\n'
    merged = merge_layers(default_layer(), [read(text, source)])
    raw = merged.values
    fill(raw)
    resolved = resolve(raw, merged.places, merged.unread)
    if resolved.faults:
        raise ConfigError(resolved.faults)
    add_parts(resolved.values, raw)
    made = RecipeConfig(source, resolved.values, raw, dict(merged.places.keys), TaskProfile())
    return made.with_settings(settings, source)
