"""Configs completed and described, data and models examined, all without training."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from art import config as configs
from art.api.arguments import Overrides
from art.api.loading import load, runner_of
from art.api.populating import populate
from art.api.trusting import Trust, load_all_code
from art.config.reading.source import Source
from art.core.code import load_code

if TYPE_CHECKING:
    from art.config import Part
    from art.reporting.spans import Screen
    from art.running.examination import Examination, Subject
    from art.running.examining import Progress
    from art.running.speed import Speed


def fill_config(
    text: str,
    source: str = "config",
    *,
    code: Sequence[Path | str] = (),
    trust_code: Trust = False,
    folder: Path | str | None = None,
) -> str:
    """A config's text with every default added; comments, order and interpolation stay.

    Args:
        text: the config.
        source: what people know it by.
        code, trust_code: as for `load`.
        folder: the config's, where `[project] code` is; that of `source` by default.

    Raises:
        ConfigError: every mistake of the text.
        PathError, CodeError: as for `load`.
    """
    populate()
    place = Path(source).parent if folder is None else Path(folder)
    load_all_code(Source(text, source, place), code, trust_code)
    return configs.complete_text(text, source)


def parts(
    registry: str | None = None, *, code: Sequence[Path | str] = (), search: str = ""
) -> list[Part]:
    """What is registered, in every registry or in one.

    Args:
        registry: the word after `@`.
        code: Python files whose functions are listed too.
        search: a word that each part has in its name, its doc or its settings.

    Raises:
        RegistryError: there is no such registry.
    """
    populate()
    load_code(code)
    return configs.listed(registry, search)


def describe_config(
    config: Path | str,
    *,
    overrides: Overrides = (),
    system: Path | str | None = None,
    code: Sequence[Path | str] = (),
    trust_code: Trust = False,
    origins: bool = False,
    screen: Screen | None = None,
) -> str:
    """What a config would run, for people; nothing is run.

    Args:
        config, overrides, system, code, trust_code: as for `load`.
        origins: in its place, every value and where it comes from.
        screen: what the text is for; by default a pipe.

    Raises:
        ConfigError: every mistake of the config.
    """
    from art.reporting.config import ENDLESS, describe, describe_origins
    from art.reporting.spans import Screen

    screen = screen or Screen(ENDLESS)
    if origins:
        recipe = load(config, overrides=overrides, system=system, code=code, trust_code=trust_code)
        return describe_origins(recipe, screen)
    from art.running.planned import Request

    runner, _, recipe = runner_of(config, overrides, system, code, trust_code)
    return describe(recipe, runner.plan(Request()), screen)


def examine(
    config: Path | str,
    subject: Subject,
    *,
    overrides: Overrides = (),
    system: Path | str | None = None,
    code: Sequence[Path | str] = (),
    trust_code: Trust = False,
    progress: Progress = lambda *_: None,
) -> Examination:
    """What the recipe's stages and probes find of the data or the model, without training.

    Nothing is written to the runs folder. What crashes in a stage is in the result.

    Args:
        config, overrides, system, code, trust_code: as for `load`.
        subject: `data` or `model`.
        progress: told how far it is.

    Raises:
        UserError: a mistake in the config, the paths or the arguments.
    """
    from art.running.examining import examine as examined

    recipe = load(config, overrides=overrides, system=system, code=code, trust_code=trust_code)
    return examined(recipe, subject, progress)


def measure_speed(
    config: Path | str,
    *,
    overrides: Overrides = (),
    system: Path | str | None = None,
    code: Sequence[Path | str] = (),
    trust_code: Trust = False,
) -> list[Speed]:
    """Where a training step of each model goes: loading, forward, backward, optimizer.

    Some steps are taken, and nothing is written to the runs folder.

    Args:
        config, overrides, system, code, trust_code: as for `load`.

    Raises:
        UserError: a mistake in the config, the paths or the arguments.
    """
    from art.running.speed import measure_speed as measured

    recipe = load(config, overrides=overrides, system=system, code=code, trust_code=trust_code)
    return measured(recipe)
