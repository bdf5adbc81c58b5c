"""Defaults that a part of one's own would push aside, written out so that they stay.

A stage that names no checks has its own, and a task brings metrics and visualizers; naming one
part takes the place of them all. Whoever adds a check wants one more, not one in place of seven.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from art.config.functions.blocks import is_block
from art.config.layering.default import default_layer
from art.config.layering.layers import get
from art.config.loading import Draft, assemble
from art.config.reading.document import read
from art.config.reading.lines import Lines
from art.config.reading.positions import Path
from art.config.writing.parts.block import plain_lines
from art.config.writing.parts.placing import section_text, take_section

OF_STAGE = "A default of this stage, written out: with a check of its own it would have no others."
OF_TASK = "A default of the task, written out: with one of its own a config would have no others."


def draft_of(text: str, source: str) -> Draft:
    """A config as it is filled and checked, its faults included."""
    return assemble(default_layer(), [read(text, source)], source, on_this_machine=False)


def defaults_of(text: str, draft: Draft, group: Path) -> dict[Path, list[str]]:
    """The lines of the defaults of a group that its first own part would push aside.

    Args:
        text: the config.
        draft: the same, filled.
        group: the path around the parts, `("stages", "overfit", "checks")` or `("metrics",)`.
    """
    if group[0] not in ("stages", "visualizers") or own_of(text, group):
        return {}
    headers = Lines(text).headers
    comment = OF_STAGE if group[0] == "stages" else OF_TASK
    blocks = get(draft.values, group)
    return {
        (*group, name): plain_lines((*group, name), block, comment)
        for name, block in (blocks.items() if isinstance(blocks, Mapping) else ())
        if is_block(block) and (*group, name) not in headers
    }


def without_defaults(text: str, source: str, group: Path) -> str:
    """The text without defaults that were written out, where nothing else is left in their group
    and none of them was changed since."""
    own = own_of(text, group)
    comment = f"# {OF_STAGE if group[0] == 'stages' else OF_TASK}"
    if not own or any(section_text(text, path)[0] != comment for path in own):
        return text
    without = text
    for path in own:
        without = take_section(without, path)
    lines = defaults_of(without, draft_of(without, source), group)
    same = all(lines.get(path) == section_text(text, path) for path in own)
    return without if same else text


def own_of(text: str, group: Path) -> list[Path]:
    """The parts of a group that the text has, and does not only change a setting of."""
    layer = read(text, "config")
    named: dict[Path, dict[str, Any]] = {}
    for entry in layer.entries:
        named.setdefault(entry.path[:-1], {})[entry.path[-1]] = entry.value
    return [path for path in layer.sections if path[:-1] == group and is_block(named.get(path, {}))]
