"""What of a recipe is used: sections that no stage reads, names that nothing refers to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from art.config.layering.layers import get, walk
from art.config.layering.origins import is_written, references_in
from art.config.reading.positions import Path
from art.config.recipe import RecipeConfig
from art.core.missing import meant
from art.errors import Location
from art.registries import models, stages

READ = ("task", "data", "model", "models", "optimizer", "scheduler", "training", "metrics")
"""Sections that are there for stages to read."""

PLACES = ("file", "folder", "path", "root", "directory", "data_dir")
"""Names of settings that say where data lies."""

IN_STAGES = ("metrics", "visualizers", "loggers", "callbacks")


@dataclass(frozen=True)
class Remark:
    """Something to look at in a config that is no mistake.

    Attributes:
        section: the dotted section.
        message: what is odd about it.
        location: where it stands; None where nothing stands.
    """

    section: str
    message: str
    location: Location | None = None

    def __str__(self) -> str:
        place = f"{self.location}: " if self.location else ""
        return f"{place}[{self.section}] {self.message}"


@dataclass(frozen=True)
class Variable:
    """A `${section.key}` of a config.

    Attributes:
        name: `section.key`.
        value: what it stands for; None too where a section is meant.
        used_by: the settings that refer to it, by dotted name.
    """

    name: str
    value: Any
    used_by: tuple[str, ...]


def variables(recipe: RecipeConfig) -> list[Variable]:
    """Every reference, in the order in which they are used."""
    users: dict[str, list[str]] = {}
    for path, value in walk(recipe.raw):
        for name in references_in(value):
            target = _target(recipe, name, path)
            users.setdefault(".".join(target), []).append(".".join(path))
    values = recipe.redacted()
    return [
        Variable(name, get(values, name.split(".")), tuple(used)) for name, used in users.items()
    ]


def remarks(recipe: RecipeConfig) -> list[Remark]:
    """What was written and is not used, and what is missing for a stage to run."""
    return [
        Remark(section, message, _location(recipe, tuple(section.split("."))))
        for find in (_stages, _checks, _parts, _sections, _paths, _missing, _absent)
        for section, message in find(recipe)
    ]


def _stages(recipe: RecipeConfig) -> Iterator[tuple[str, str]]:
    names = recipe.project.stages
    for name in recipe.values.get("stages", {}):
        if name not in names and is_written(recipe, ("stages", name)):
            yield f"stages.{name}", "is not among the stages of [project], and does not run."


def _checks(recipe: RecipeConfig) -> Iterator[tuple[str, str]]:
    """Default checks of a stage that its own ones have taken the place of."""
    from art.config.writing.defaults import checks_of, profile_of

    profile, names = profile_of(recipe.values), tuple(recipe.project.stages)
    for spec in recipe.stages:
        if not is_written(recipe, ("stages", spec.name, "checks")):
            continue
        own = [check.name for check in spec.checks.values()]
        lost = [n for n in checks_of(spec.block, profile, spec.name, names) if n not in own]
        if lost:
            yield (
                f"stages.{spec.name}.checks",
                f"has checks of its own ({', '.join(own) or 'none'}), which stand in place of the "
                f"default ones: {', '.join(lost)} {'is' if len(lost) == 1 else 'are'} left out. "
                "`art add check` adds one beside the defaults.",
            )


def _parts(recipe: RecipeConfig) -> Iterator[tuple[str, str]]:
    names = recipe.project.stages
    for section in IN_STAGES:
        on = {part for name in names for part in recipe.parts(section, name)}
        for part in recipe.values.get(section, {}):
            if part not in on and is_written(recipe, (section, part)):
                yield f"{section}.{part}", "is on in no stage of this recipe."


def _sections(recipe: RecipeConfig) -> Iterator[tuple[str, str]]:
    from art.core.stage import Stage

    read = {
        section
        for spec in recipe.stages
        for section in getattr(stages.get(spec.registered), "reads", Stage.reads)
    }
    for section in READ:
        content = recipe.values.get(section)
        if content and is_written(recipe, (section,)):
            if section.replace("models", "model") not in read:
                yield section, "is read by no stage of this recipe."
            elif section == "scheduler" and not recipe.values.get("optimizer"):
                yield section, "changes the learning rate of [optimizer], and there is none."


def _paths(recipe: RecipeConfig) -> Iterator[tuple[str, str]]:
    used = {variable.name for variable in variables(recipe)}
    for name, value in recipe.values.get("paths", {}).items():
        path = ("paths", name)
        if name == "runs" or value is None or not is_written(recipe, path):
            continue
        if ".".join(path) not in used and "paths" not in used:
            yield f"paths.{name}", f"is not used: nothing refers to ${{paths.{name}}}."


def _missing(recipe: RecipeConfig) -> Iterator[tuple[str, str]]:
    """What a plain network of ART's needs before it can be trained."""
    per_model = [s for s in recipe.stages if getattr(stages.get(s.registered), "per_model", True)]
    if not per_model:
        return
    for name, block in recipe.models.items():
        registered = str(block.get("@models"))
        module = getattr(models.get(registered), "__module__", "")
        lacking = [f"[{s}]" for s in ("task", "optimizer") if not recipe.values.get(s)]
        if lacking and module.startswith("art.registry."):
            yield (
                f"models.{name}" if name else "model",
                f"{registered} is a plain network: to train it, the config needs "
                f"{' and '.join(lacking)}.",
            )


def _absent(recipe: RecipeConfig) -> Iterator[tuple[str, str]]:
    """Files and folders that `[data]` names and that are not there."""
    for key, value in recipe.values.get("data", {}).items():
        if key in PLACES and isinstance(value, str) and not FilePath(value).exists():
            near = meant(value)
            yield f"data.{key}", f"there is no file or folder {value}{'.' if near else ''}{near}"


def _target(recipe: RecipeConfig, name: str, path: Path) -> Path:
    """The path that a name means; one without a dot may be of the same section."""
    target = tuple(name.replace(":", ".").split("."))
    beside = get(recipe.raw, path[:-1])
    if len(target) == 1 and isinstance(beside, Mapping) and name in beside and name != path[-1]:
        return (*path[:-1], name)
    return target


def _location(recipe: RecipeConfig, path: Path) -> Location | None:
    if path in recipe.origins:
        return recipe.origins[path]
    inside = [at for key, at in recipe.origins.items() if key[: len(path)] == path]
    return inside[0] if inside else None
