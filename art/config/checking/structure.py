"""Checks how the sections of a config fit together, before and after it is filled."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from art.config.checking.hints import close
from art.config.checking.validate import Checker
from art.config.functions.annotations import Mismatch
from art.config.functions.blocks import blocks_of
from art.config.functions.models import trains_itself
from art.config.functions.settings import NoSetting, assign
from art.config.layering.layers import Places, copied, get
from art.config.names import FOLDER, ORDER, stage_names
from art.config.sections import CHANGEABLE, NAMED
from art.core.files import LONGEST_FOLDER
from art.errors import Fault, Location, RegistryError, did_you_mean, nearest
from art.registries import models

CODE = ("project", "code")
NAME = re.compile(r"\w[\w-]*")


def section_faults(values: Mapping[str, Any], places: Places, source: str) -> Iterator[Fault]:
    """Unknown sections, missing ones, and ones that exclude each other."""
    known = [name for name in ORDER if name not in ("model", "models") or name in values]
    meant = set()
    for section in values:
        if section not in ORDER:
            meant.add(nearest(section, ORDER))
            near = close(section, ORDER) or f" The sections are: {', '.join(known)}."
            at = places.header((section,))
            yield Fault(f"unknown section [{section}].{near}", "", at)
    top = Location(source)
    if "data" not in values and "data" not in meant and not _may_bring_loaders(values):
        yield Fault('the config has no [data] section with an @data = "...".', "", top)
    if values.get("models") and "model" in values:
        message = "a config has [model] or [models.NAME] blocks, not both."
        yield Fault(message, "", places.header(("models",)))
    elif not values.get("models") and "model" not in values and not meant & {"model", "models"}:
        message = 'the config has no [model] section with a @models = "...", and no [models.NAME].'
        yield Fault(message, "", top)


def name_faults(values: Mapping[str, Any], places: Places) -> Iterator[Fault]:
    """Names of blocks that would mean more than a name in a path or on a command line."""
    paths: list[tuple[str, ...]] = [
        (section, name) for section in NAMED for name in _names(values.get(section))
    ]
    stages = values.get("stages")
    if isinstance(stages, Mapping):
        paths += [
            ("stages", stage, "checks", name)
            for stage, content in stages.items()
            for name in _names(content.get("checks") if isinstance(content, Mapping) else None)
        ]
    for path in paths:
        if not FOLDER.fullmatch(path[-1]):
            words = "Use letters, digits, '-', '_' and '.', and no '-' or '.' at its beginning."
            message = f"'{path[-1]:.80}' cannot be a name in [{path[0]}]. {words}"
            yield Fault(message, "", places.header(path))


def _names(section: Any) -> list[str]:
    """Those of blocks; a setting that stands there by mistake is reported as such."""
    if not isinstance(section, Mapping):
        return []
    return [name for name, content in section.items() if isinstance(content, Mapping)]


def _may_bring_loaders(values: Mapping[str, Any]) -> bool:
    """Whether the one model may be a LightningModule with loaders of its own; ART's are none."""
    model = values.get("model")
    name = model.get("@models", "art.") if isinstance(model, Mapping) else "art."
    return not str(name).startswith("art.")


def plain_model_faults(values: Mapping[str, Any], checker: Checker) -> None:
    """Report plain networks in a config that does not say how to train them.

    Only classes are looked at. A function has to be called; building its model reports the same
    mistake.
    """
    missing = [f"[{name}]" for name in ("task", "optimizer") if not values.get(name)]
    if not missing:
        return
    for block in blocks_of(values):
        if block.registry != "models":
            continue
        name = get(block.values, ("@models",))
        made = models.get(name) if isinstance(name, str) and name in models else None
        if hasattr(made, "forward") and trains_itself(made) is False:
            checker.fault_at_value(
                f"'{name}' is a plain network without a training_step of its own, so the config "
                f"needs {' and '.join(missing)}. Add them, or bring a LightningModule that trains "
                f"itself.",
                (*block.path, "@models"),
            )


def project_faults(values: Mapping[str, Any], known: Collection[str], checker: Checker) -> None:
    """Names that cannot be folders, and stages that are there twice or nowhere.

    Args:
        values: the filled config.
        known: every stage that the recipe or the defaults have a section for.
        checker: takes the faults.
    """
    name = get(values, ("project", "name"))
    if isinstance(name, str) and _is_too_long(name):
        checker.fault_at_value(f"name: {_too_long(name)}", ("project", "name"))
    elif isinstance(name, str) and not FOLDER.fullmatch(name):
        checker.fault_at_value(
            f"name: '{name}' cannot be a folder's name: use letters, digits, '-', '_' and '.'.",
            ("project", "name"),
        )
    for file in stage_names(get(values, CODE)):
        wrong = wrong_code_name(file)
        if wrong:
            checker.fault_at_value(f"code: {wrong}", CODE, word=file)
    path = ("project", "stages")
    names = stage_names(get(values, path))
    seen: set[str] = set()
    for stage in names:
        if _is_too_long(stage):
            message = f"stages: {_too_long(stage)}"
        elif not NAME.fullmatch(stage):
            message = f"stages: '{stage}' is not a valid name: use letters, digits, '-' and '_'."
        elif stage in seen:
            message = f"stages: '{stage}' is there twice."
        elif stage not in known:
            near = did_you_mean(stage, known)
            message = f"stages: '{stage}' has no [stages.{stage}] section.{near}"
        else:
            seen.add(stage)
            continue
        checker.fault_at_value(message, path, word=stage)


def wrong_code_name(name: str) -> str:
    """Why a config may not name a file so; empty where it may."""
    path = PurePosixPath(name)
    if not name.endswith(".py"):
        return f"'{name}' is not a Python file: its name must end in .py."
    if path.is_absolute() or "\\" in name or ":" in name or name.startswith("~"):
        return f"'{name}': name a file beside this config, without a folder of this machine."
    if ".." in path.parts or "\0" in name:
        return f"'{name}' leads out of the config's folder. Put the file beside this config."
    return ""


def _is_too_long(name: str) -> bool:
    return len(name.encode("utf-8", "replace")) > LONGEST_FOLDER


def _too_long(name: str) -> str:
    return (
        f"'{name[:40]}...' is too long: it has {len(name)} characters, and a folder of that name "
        f"must be made. Use {LONGEST_FOLDER} at most."
    )


def part_stage_faults(
    values: Mapping[str, Any], known: Collection[str], places: Places, checker: Checker
) -> None:
    """Stages that a metric, visualizer, logger or callback names and that do not exist.

    Only what someone wrote counts: a task's default parts name stages that a recipe may lack.
    """
    for block in blocks_of(values):
        for key in ("stages", "skip_stages"):
            path = (*block.path, key)
            if key not in block.engine or path not in places.keys:
                continue
            for name in stage_names(get(block.values, (key,))):
                if name not in known:
                    message = f"{key}: unknown stage '{name}'.{did_you_mean(name, known)}"
                    checker.fault_at_value(message, path, word=name)


def changed_settings_faults(values: dict[str, Any], checker: Checker) -> None:
    """Settings that stages change and that do not exist or cannot be so."""
    trial = copied(values)
    for stage, block in _items(values.get("stages")):
        path = ("stages", stage)
        sets = [("overrides", get(block, ("overrides",)))]
        attempts = get(block, ("attempts",))
        sets += [("attempts", attempt) for attempt in attempts or ()] if _is_list(attempts) else []
        for key, settings in sets:
            for name, value in _items(settings):
                message = _wrong_change(trial, name, value)
                if message:
                    checker.fault_at_value(f"{key}: {message}", (*path, key), word=name)
                else:
                    checker.check_inside(value, (*path, key), name.partition(".")[0])


def _wrong_change(trial: dict[str, Any], name: str, value: Any) -> str:
    if name.partition(".")[0] not in CHANGEABLE:
        allowed = ", ".join(CHANGEABLE)
        return f"'{name}' cannot be changed by a stage; only settings of {allowed} can."
    if name.startswith(("data.", "model.")) and not {"data", "model", "models"} & set(trial):
        return ""  # that the section is missing is said already
    if name.rpartition(".")[2].startswith("@"):
        return f"'{name}' names another function; a stage changes settings only."
    try:
        assign(trial, name, value)
    except (NoSetting, Mismatch) as error:
        return str(error)
    except RegistryError:  # the block names what does not exist, which is said there
        return ""
    return ""


def _items(value: Any) -> Iterable[tuple[str, Any]]:
    return value.items() if isinstance(value, Mapping) else ()


def _is_list(value: Any) -> bool:
    return isinstance(value, list)
