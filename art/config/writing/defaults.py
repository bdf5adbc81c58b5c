"""Defaults that follow from the rest of a config: scores, figures, checks, overrides.

A config gets its task's metrics beside its own; its visualizers where it names none; a stage that
names no checks gets its own. Where a config only changes a setting of such a default,
`[stages.overfit.checks.reached] value = 0.9`, the rest of the defaults stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from art.config.functions.annotations import NOT_JSON, plain
from art.config.functions.blocks import CHECKS, is_block, reference_of
from art.config.functions.models import trains_itself
from art.config.functions.settings import with_aliases
from art.config.layering.layers import get
from art.config.names import stage_names
from art.config.reading.references import escape
from art.config.writing.fill import fill_block
from art.core.task import TaskProfile
from art.errors import RegistryError
from art.registries import metrics, models, stages, tasks

ADDED = ("metrics",)
"""Sections in which a part of one's own stands beside the defaults; in others it replaces them."""
DECIDING = {"classification": "accuracy", "regression": "r2"}
"""The score that decides where only the metrics are known."""


def add_parts(values: dict[str, Any], raw: dict[str, Any]) -> None:
    """Add the task's metrics and visualizers, and the checks of each stage, in place.

    Args:
        values: the filled config with references looked up.
        raw: the same with its references.
    """
    task = _registered(tasks, values.get("task"))
    for section in ("metrics", "visualizers"):
        defaults = _blocks(getattr(task, f"default_{section}", None))
        add_defaults(values, section, defaults, written=False)
        add_defaults(raw, section, defaults, written=True)
    profile = profile_of(values)
    names = tuple(dict.fromkeys(stage_names(get(values, ("project", "stages")))))
    for name in names:
        block, raw_block = get(values, ("stages", name)), get(raw, ("stages", name))
        if isinstance(raw_block, dict):
            defaults = checks_of(block, profile, name, names)
            add_defaults(block, CHECKS, defaults, written=False)
            add_defaults(raw_block, CHECKS, defaults, written=True)


def checks_of(
    block: Any, profile: TaskProfile, name: str, names: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """The default checks of a stage, as it gives them: the one source of every config's checks.

    Args:
        block: the stage's, which names its function.
        profile: the task's.
        name: the stage's.
        names: the recipe's, in its order.
    """
    make = getattr(_registered(stages, block), "default_checks", None)
    if make is None:
        return {}
    return {
        check: settings
        for check, settings in _blocks(make(profile, names)).items()
        if not _is_later(settings.get("stage"), name, names)
    }


def _is_later(other: Any, name: str, names: Sequence[str]) -> bool:
    """Whether a stage to compare with has left no record when the check is judged."""
    return other in names and names.index(other) >= names.index(name)


def add_overrides(values: dict[str, Any], raw: dict[str, Any]) -> None:
    """Add the overrides of each stage that names none, in place."""
    settings = with_aliases(values)
    for name in stage_names(get(values, ("project", "stages"))):
        block = get(values, ("stages", name))
        make = getattr(_registered(stages, block), "default_overrides", None)
        if make is None or not isinstance(block, dict) or "overrides" in block:
            continue
        overrides = plain(dict(make(settings)))
        if overrides and overrides is not NOT_JSON:
            block["overrides"] = overrides
            raw["stages"][name]["overrides"] = escape(overrides)


def profile_of(values: Mapping[str, Any]) -> TaskProfile:
    """What is known of the task: from `[task]`, else from what the first metric is about."""
    task = _registered(tasks, values.get("task"))
    if task is not None:
        return TaskProfile(
            kind=str(getattr(task, "kind", "")),
            score=str(getattr(task, "score", "")),
            higher_is_better=bool(getattr(task, "higher_is_better", True)),
            # the loss of a LightningModule with a step of its own is its own affair; only such a
            # model needs no [optimizer]
            own_loss=bool(values.get("optimizer")) and not _all_train_themselves(values),
        )
    parts = values.get("metrics")
    for block in parts.values() if isinstance(parts, Mapping) else ():
        kind = str(getattr(_registered(metrics, block), "kind", ""))
        return TaskProfile(kind=kind, score=DECIDING.get(kind, ""))
    return TaskProfile()


def _all_train_themselves(values: Mapping[str, Any]) -> bool:
    """Whether every model is known to have a training step of its own."""
    several = values.get("models")
    blocks = several.values() if isinstance(several, Mapping) and several else [values.get("model")]
    return all(trains_itself(_registered(models, block)) is True for block in blocks)


def add_defaults(tree: dict[str, Any], key: str, defaults: dict[str, Any], written: bool) -> None:
    """Add default parts to a section: all of them, unless it names parts of its own.

    Args:
        tree: what has the section; changed in place.
        key: the section, `checks`.
        defaults: blocks by name.
        written: whether references in the section are still to be looked up.
    """
    own = tree.get(key, {})
    if not isinstance(own, dict):  # a fault, said where the config is checked
        return
    defaults = escape(defaults) if written else deepcopy(defaults)
    merged = {name: _completed(block, defaults.get(name)) for name, block in own.items()}
    defaults = _not_named(defaults, own)
    if key in ADDED or not _own(own):
        merged = {**{name: merged.get(name, block) for name, block in defaults.items()}, **merged}
    for block in merged.values():
        if isinstance(block, dict):
            fill_block(block, key, written)
            if key == CHECKS and is_block(block):
                block.setdefault("severity", "block")
    if merged:
        tree[key] = merged


def _not_named(defaults: dict[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """The defaults whose function no part of the config's own names under another name."""
    others = (block for name, block in own.items() if name not in defaults)
    named = [reference_of(block) for block in others if isinstance(block, Mapping)]
    return {name: block for name, block in defaults.items() if reference_of(block) not in named}


def _own(blocks: Any) -> bool:
    """Whether a config names parts of its own, and does not only change defaults."""
    return isinstance(blocks, Mapping) and any(is_block(block) for block in blocks.values())


def _completed(block: Any, default: Any) -> Any:
    if not isinstance(block, dict) or is_block(block) or default is None:
        return block
    return {**deepcopy(default), **block}


def _blocks(value: Any) -> dict[str, Any]:
    found = plain(dict(value)) if isinstance(value, Mapping) else {}
    return {} if found is NOT_JSON else found


def _registered(registry: Any, block: Any) -> Any:
    """The function that a block names; None where there is none."""
    if not isinstance(block, Mapping):
        return None
    found, name = reference_of(block)
    if found != registry.name or not isinstance(name, str):
        return None
    try:
        return registry.get(name)
    except RegistryError:  # said where the config is checked
        return None
