"""The blocks that a config has without writing them: of those it may write settings alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from art.config.functions.blocks import is_block, reference_of
from art.config.layering.default import default_layer
from art.config.names import STAGES
from art.config.schema.json_form import nested
from art.core.task import TaskProfile
from art.registries import metrics, tasks

Defaults = dict[str, set[str]]
"""Blocks by name, with the functions that each may be of: that depends on the task."""


def default_blocks(section: str) -> Defaults:
    """The blocks that default.cfg and the tasks give a section such as `metrics`."""
    found: Defaults = {}
    _gather(found, _lowest().get(section))
    for task in tasks if section in ("metrics", "visualizers") else ():
        _gather(found, getattr(tasks.get(task), f"default_{section}", None))
    return found


def default_checks(stage: Any) -> Defaults:
    """The checks that a registered stage has where a config writes none."""
    found: Defaults = {}
    make = getattr(stage, "default_checks", None)
    if make is None:
        return found
    for profile in _profiles():
        try:
            _gather(found, make(profile, STAGES))
        except Exception:  # a stage that is not made for this kind of task
            continue
    return found


@lru_cache(maxsize=1)
def _lowest() -> dict[str, Any]:
    return nested(default_layer())


def _profiles() -> Iterator[TaskProfile]:
    """Every task that a stage may meet."""
    for part in (*map(tasks.get, tasks), *map(metrics.get, metrics), None):
        kind, score = str(getattr(part, "kind", "")), str(getattr(part, "score", ""))
        yield TaskProfile(kind, score, own_loss=bool(score))
        yield TaskProfile(kind, score)


def _gather(found: Defaults, blocks: Any) -> None:
    for name, block in blocks.items() if isinstance(blocks, Mapping) else ():
        if is_block(block):
            found.setdefault(name, set()).add(reference_of(block)[1])
