"""Configs read through all their layers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from art import config as configs
from art.api.arguments import Overrides, path_of
from art.api.populating import populate
from art.api.trusting import Trust, load_all_code
from art.config.reading.source import read_source
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
    trust_code: Trust = False,
) -> RecipeConfig:
    """Read a config through all its layers: checked, filled and resolved.

    Args:
        config: the recipe config's file.
        overrides: `{"paths.data": ...}`, or command line options `["--paths.data=..."]`.
        system: a system.cfg to use in place of the one beside the config.
        code: Python files whose registered functions the config names.
        trust_code: agree to run the code files that the config names itself (`[project] code`),
            and remember it; else only those run that were agreed to before.

    Raises:
        ConfigError: every mistake of every layer.
        PathError, CodeError: a file is missing, code does not load, or nobody has agreed to it.
    """
    return _loaded(config, overrides, system, code, trust_code)[0]


def _loaded(
    config: Path | str,
    overrides: Overrides,
    system: Path | str | None,
    code: Sequence[Path | str],
    trust_code: Trust,
) -> tuple[RecipeConfig, dict[str, str]]:
    """The config, and the digests of the code files that ran for it."""
    populate()
    found, machine = read_source(config), path_of(system)
    digests = load_all_code(found, code, trust_code, overrides=overrides, system=machine)
    return configs.load(config, overrides=overrides, system=machine), digests


def validate(
    config: Path | str,
    *,
    overrides: Overrides = (),
    system: Path | str | None = None,
    code: Sequence[Path | str] = (),
    trust_code: Trust = False,
) -> list[Fault]:
    """The mistakes of a config; an empty list where it has none."""
    try:
        load(config, overrides=overrides, system=system, code=code, trust_code=trust_code)
    except ConfigError as error:
        return list(error.faults)
    return []


def runner_of(
    config: Path | str,
    overrides: Overrides,
    system: Path | str | None,
    code: Sequence[Path | str],
    trust_code: Trust = False,
    *,
    observer: Observer | None = None,
) -> tuple[Runner, RunStore, RecipeConfig]:
    """What runs a config's recipe, the store of its records, and the config."""
    from art.running.events import Silent
    from art.running.runner import Runner

    recipe, digests = _loaded(config, overrides, system, code, trust_code)
    store = RunStore(Path(recipe.paths["runs"]), recipe.project.name)
    return Runner(recipe, store, code=digests, observer=observer or Silent()), store, recipe
