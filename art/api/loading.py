"""Configs read through all their layers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from art import config as configs
from art.api.arguments import Overrides, path_of
from art.api.populating import populate
from art.core.code import load_code
from art.errors import ConfigError, Fault
from art.store import RunStore

if TYPE_CHECKING:
    from art.config import RecipeConfig
    from art.running.events import Observer
    from art.running.runner import Runner


def load(
    config: Path | str,
    *,
    overrides: Overrides = (),
    system: Path | str | None = None,
    code: Sequence[Path | str] = (),
) -> RecipeConfig:
    """Read a config through all its layers: checked, filled and resolved.

    Args:
        config: the recipe config's file.
        overrides: `{"paths.data": ...}`, or command line options `["--paths.data=..."]`.
        system: a system.cfg to use in place of the one beside the config.
        code: Python files whose registered functions the config names.

    Raises:
        ConfigError: every mistake of every layer.
        PathError, CodeError: a file is missing, or code does not load.
    """
    populate()
    load_code(code)
    return configs.load(Path(config), overrides=overrides, system=path_of(system))


def validate(
    config: Path | str,
    *,
    overrides: Overrides = (),
    system: Path | str | None = None,
    code: Sequence[Path | str] = (),
) -> list[Fault]:
    """The mistakes of a config; an empty list where it has none."""
    try:
        load(config, overrides=overrides, system=system, code=code)
    except ConfigError as error:
        return list(error.faults)
    return []


def runner_of(
    config: Path | str,
    overrides: Overrides,
    system: Path | str | None,
    code: Sequence[Path | str],
    observer: Observer | None = None,
) -> tuple[Runner, RunStore, RecipeConfig]:
    """What runs a config's recipe, the store of its records, and the config."""
    from art.running.events import Silent
    from art.running.runner import Runner

    recipe = load(config, overrides=overrides, system=system, code=code)
    store = RunStore(Path(recipe.paths["runs"]), recipe.project.name)
    return Runner(recipe, store, code=load_code(code), observer=observer or Silent()), store, recipe
