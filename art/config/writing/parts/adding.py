"""Adds a part to a config's text: `art add`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from art.config.checking.structure import NAME
from art.config.layering.layers import get
from art.config.layering.overrides import parse_overrides
from art.config.loading import Draft
from art.config.names import ORDER, stage_names
from art.config.reading.lines import Lines
from art.config.reading.positions import Path
from art.config.writing.parts.block import part_lines
from art.config.writing.parts.kinds import Kind, group_of, kind_of, short_name
from art.config.writing.parts.placing import put_section
from art.config.writing.parts.recipe import place_in, put_stage
from art.config.writing.parts.written_out import defaults_of, draft_of
from art.errors import UserError, did_you_mean
from art.registries import registry


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A part that someone wants in a config.

    Attributes:
        kind: `stage`, `check`, `logger`, `visualizer`, `metric`, `data` or `model`.
        registered: its registered name.
        name: its section's name; made from the registered one where empty.
        stages: a check's stage; for loggers, visualizers and metrics those that they are on in.
        after, before: the stage next to which a new stage goes.
        settings: `--KIND.key=value`.
    """

    kind: str
    registered: str
    name: str = ""
    stages: Sequence[str] = ()
    after: str = ""
    before: str = ""
    settings: Sequence[str] = field(default=())


def add_part(text: str, source: str, wanted: Wanted) -> str:
    """A config's text with one more part; everything else stays, byte for byte.

    Raises:
        ConfigError: the mistakes of the config, or those of the part's settings, all at once.
        RegistryError: nothing is registered under that name.
        UserError: the part is there already, or something it needs is not given.
    """
    kind = kind_of(wanted.kind)
    registry(kind.registry).get(wanted.registered)
    draft = draft_of(text, source)
    names = stage_names(get(draft.values, ("project", "stages")))
    path = _path(text, kind, wanted, names)
    given = _given(kind, wanted)
    lines = {path: part_lines(path, kind.registry, wanted.registered, given)}
    after = text
    if kind.name == "stage":
        if path[1] in names:
            raise UserError(f"{source}: the recipe has a stage '{path[1]}' already. {ANOTHER}")
        index = place_in(names, path[1], wanted.after, wanted.before)
        after = put_stage(text, names, path[1], index)
        names = [*names[:index], path[1], *names[index:]]
    elif not kind.single:
        lines = {**defaults_of(text, draft, path[:-1]), **lines}
    for one, added in lines.items():
        after = put_section(after, one, added, _order(after, names, list(lines)))
    check_sound(draft, after, source)
    return after


ANOTHER = "Choose another name with --as NAME."


def section_name(wanted: Wanted) -> str:
    """What the new part's section is called."""
    return wanted.name or short_name(wanted.registered)


def check_sound(before: Draft, after: str, source: str) -> None:
    """Hold a changed text to what every config is held to.

    Raises:
        ConfigError: it has mistakes; those of the text as it was are said first.
    """
    draft = draft_of(after, source)
    if draft.faults:
        known = {(fault.section, fault.message) for fault in draft.faults}
        before.faults = [one for one in before.faults if (one.section, one.message) in known]
        before.fail()
        draft.fail()


def _path(text: str, kind: Kind, wanted: Wanted, names: Sequence[str]) -> Path:
    """The section of the new part."""
    headers = Lines(text).headers
    name = section_name(wanted)
    if not NAME.fullmatch(name):
        raise UserError(f"'{name}' cannot be a section's name: letters, digits, '_' and '-'.")
    path: Path = (*group_of(kind, _stage(wanted, names) if kind.name == "check" else ""), name)
    if kind.single:
        path = path[:1]
        if kind.name == "model" and any(header[0] == "models" for header in headers):
            path = ("models", name)
    if path not in headers:
        return path
    place = f"[{'.'.join(path)}] is there already, in line {headers[path]}."
    if kind.name == "model" and path == ("model",):
        raise UserError(
            f"{place} To have another in its place, `art remove model` first. To compare several, "
            f"call that section [models.NAME]; more are then added beside it."
        )
    hint = f"`art remove {kind.name}` takes it out." if kind.single else ANOTHER
    raise UserError(f"{place} {hint}")


def _stage(wanted: Wanted, names: Sequence[str]) -> str:
    """The stage that a check belongs to."""
    if len(wanted.stages) != 1:
        raise UserError(f"a check belongs to one stage: --stage NAME. There are: {_all(names)}.")
    (stage,) = wanted.stages
    if stage not in names:
        raise UserError(f"no stage '{stage}' in the recipe.{did_you_mean(stage, names)}")
    return stage


def _given(kind: Kind, wanted: Wanted) -> dict[str, Any]:
    """The settings that are given, as values by key."""
    found: dict[str, Any] = {}
    for option in parse_overrides(list(wanted.settings), (kind.name,)):
        *outer, last = option.path[1:]
        at: Any = found
        for key in outer:
            at = at.setdefault(key, {})
        at[last] = option.value
    if wanted.stages and kind.name != "check":
        if not kind.own_stages:
            raise UserError(f"--stage says nothing about a {kind.name}.")
        found["stages"] = list(wanted.stages)
    if (wanted.after or wanted.before) and kind.name != "stage":
        raise UserError("--after and --before say where a stage goes in the recipe.")
    return found


def _order(text: str, names: Sequence[str], new: Sequence[Path]) -> list[Path]:
    """Every section, with new ones, in the order in which a config is written; kin in the order
    of the file, stages in that of the recipe."""
    paths = list(Lines(text).headers)
    paths.sort(key=lambda path: Lines(text).headers[path])
    for path in new:
        if path not in paths:
            paths.append(path)

    def rank(path: Path) -> tuple[int, int]:
        section = ORDER.index(path[0]) if path[0] in ORDER else len(ORDER)
        if path[0] != "stages" or len(path) < 2:
            return section, -1
        return section, names.index(path[1]) if path[1] in names else len(names)

    return sorted(paths, key=rank)


def _all(names: Sequence[str]) -> str:
    return ", ".join(names)
