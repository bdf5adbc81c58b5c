"""Takes a part out of a config's text: `art remove`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from art.config.functions.blocks import reference_of
from art.config.layering.layers import get
from art.config.names import stage_names
from art.config.reading.lines import Lines
from art.config.reading.positions import Path
from art.config.writing.parts.adding import check_sound
from art.config.writing.parts.kinds import Kind, group_of, kind_of, short_name
from art.config.writing.parts.placing import take_section
from art.config.writing.parts.recipe import take_stage
from art.config.writing.parts.written_out import draft_of, without_defaults
from art.errors import UserError, did_you_mean


def remove_part(text: str, source: str, kind: str, name: str, *, stage: str = "") -> str:
    """A config's text without a part, as it was before `add_part`, byte for byte.

    Args:
        text: the config.
        source: what people know it by.
        kind: as for `add_part`.
        name: the section's name, or the registered one where one part alone has it.
        stage: a check's stage, where several stages have a check of that name.

    Raises:
        ConfigError: without the part the config would be wrong elsewhere. Without its data or its
            model it may be: another is added next.
        UserError: there is no such part, or several are meant.
    """
    found = kind_of(kind)
    draft = draft_of(text, source)
    names = stage_names(get(draft.values, ("project", "stages")))
    parts = _parts(draft.values, found, [stage] if stage else names)
    path = _path(text, parts, found, name)
    after = text
    for inner in sorted(Lines(text).headers, key=len, reverse=True):
        if inner[: len(path)] == path:
            after = take_section(after, inner)
    if found.name == "stage":
        if path[1] in names:
            after = take_stage(after, names, path[1])
    elif not found.single:
        after = without_defaults(after, source, path[:-1])
    if not found.single:
        check_sound(draft, after, source)
    if found.name == "metric":
        _refuse_default(path, draft.values, draft_of(after, source).values)
    return after


def _refuse_default(path: Path, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """A metric of the task is there without its section as well: to take that out does nothing."""
    if get(after, path) == get(before, path) is not None:
        raise UserError(
            f"'{path[-1]}' is a metric of the task, and is computed without its section as well. "
            f"To leave it out, write stages = [] into [{'.'.join(path)}]."
        )


def _path(text: str, parts: Mapping[Path, str], kind: Kind, name: str) -> Path:
    """The section of the part that is meant."""
    headers = Lines(text).headers
    # a stage without a section of its own is still a part of the recipe
    written = [path for path in parts if kind.name == "stage" or path in headers]
    meant = [path for path in written if name == path[-1]]
    meant = meant or [path for path in written if name == parts[path]]
    meant = [path for path in meant if path[-1] == short_name(name)] or meant
    if len(meant) == 1:
        return meant[0]
    if meant:
        which = " or ".join(f"[{'.'.join(path)}]" for path in meant)
        more = " with --stage NAME" if kind.name == "check" else " by its section's name"
        raise UserError(f"'{name}' may be {which}: say which{more}.")
    if any(name in (path[-1], parts[path]) for path in parts):
        warns = ', or let it only warn: severity = "warn" in a section of its name'
        raise UserError(
            f"'{name}' is a default that the config does not write, so there is nothing to remove. "
            f"Let `art fill-config` write all of them out first"
            f"{warns if kind.name == 'check' else ''}."
        )
    known = [word for path in parts for word in (path[-1], parts[path])]
    raise UserError(f"the config has no {kind.name} '{name}'.{did_you_mean(name, known)}")


def _parts(values: Mapping[str, Any], kind: Kind, stages: Sequence[str]) -> dict[Path, str]:
    """The parts of a kind that a filled config has: each one's section and registered name."""
    if kind.single:
        groups: list[Path] = [(), ("models",)] if kind.name == "model" else [()]
    elif kind.name == "check":
        groups = [group_of(kind, stage) for stage in stages]
    else:
        groups = [group_of(kind)]
    found: dict[Path, str] = {}
    for group in groups:
        blocks = get(values, group) if group else {kind.section: values.get(kind.section)}
        for name, block in blocks.items() if isinstance(blocks, Mapping) else ():
            if isinstance(block, Mapping) and (kind.name != "stage" or name in stages):
                path: Path = (*group, name)
                found[path] = str(reference_of(block)[1])
    return found
