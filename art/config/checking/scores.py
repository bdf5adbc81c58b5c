"""Checks that name a stage, a split or a score that nothing of the recipe can leave.

Only what is certain is a fault: a built-in check says by its parameters what it looks at; a
score is judged only where the stage, every model, metric and callback are built in as well, since
a user's own may measure and log under any name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

from art.config.checking.validate import Checker
from art.config.functions.blocks import CHECKS, reference_of
from art.config.layering.layers import get
from art.config.names import stage_names
from art.config.reading.positions import Path
from art.errors import RegistryError, did_you_mean
from art.registries import ALL

SPLITS = ("train", "val", "test")
MEANT = {
    "training": "train", "tr": "train", "fit": "train", "trian": "train", "tain": "train",
    "valid": "val", "validation": "val", "dev": "val", "eval": "val", "vla": "val",
    "testing": "test", "holdout": "test", "tst": "test", "tset": "test",
}  # fmt: skip
"""Other names of splits, and what a hurried hand makes of them."""


def score_faults(values: Mapping[str, Any], checker: Checker) -> None:
    """Find them in the checks of the recipe's stages.

    Args:
        values: the filled config.
        checker: takes the faults.
    """
    names = list(dict.fromkeys(stage_names(get(values, ("project", "stages")))))
    known = _score_names(values)
    for index, stage in enumerate(names):
        block = get(values, ("stages", stage))
        checks = get(block, (CHECKS,)) if isinstance(block, Mapping) else None
        for name, check in checks.items() if isinstance(checks, Mapping) else ():
            path = ("stages", stage, CHECKS, name)
            if not isinstance(check, Mapping) or not _is_built_in(check, CHECKS):
                continue
            _stage(check, path, names[:index], names, checker)
            for key in ("score", "value", "noise", "against"):
                other = str(check.get("stage"))
                judged = get(values, ("stages", other)) if key == "against" else block
                text = check.get(key)
                if isinstance(text, str) and known and _is_built_in(judged, "stages"):
                    message = _wrong_score(text, known)
                    if message and checker.is_written((*path, key)):
                        checker.fault_at_value(f"{key}: {message}", (*path, key))


def _stage(
    check: Mapping[str, Any], path: Path, before: list[str], names: list[str], checker: Checker
) -> None:
    """The stage that a check compares with must be one of the recipe, and come earlier."""
    stage, at = check.get("stage"), (*path, "stage")
    if not isinstance(stage, str) or stage in before or not checker.is_written(at):
        return
    if stage in names:
        message = f"stage: '{stage}' does not come before '{path[1]}' in the recipe."
    else:
        message = f"stage: '{stage}' is not a stage of the recipe.{did_you_mean(stage, names)}"
    checker.fault_at_value(message, at)


@lru_cache(maxsize=1024)
def _wrong_score(score: str, known: tuple[str, ...]) -> str:
    """What is wrong with the name of a score; empty where it may be right."""
    split, slash, name = score.partition("/")
    if not slash or "/" in name:
        return ""
    if split not in SPLITS:
        meant = MEANT.get(split.lower(), "")
        if not meant:
            return ""
        splits = ", ".join(SPLITS)
        return f"there is no split '{split}': they are {splits}. Did you mean '{meant}/{name}'?"
    if any(fnmatchcase(name, pattern) for pattern in known):
        return ""
    for other, names in _built_in_names():
        if name in names:
            return f"nothing measures '{name}' here; {other} would."
    near = get_close_matches(name, [one for one in known if "*" not in one], n=1, cutoff=0.75)
    if not near or abs(len(near[0]) - len(name)) > 2:
        return ""  # a stage may leave scores of its own beside those of the metrics
    return f"nothing measures '{name}'. Did you mean '{split}/{near[0]}'?"


def _score_names(values: Mapping[str, Any]) -> tuple[str, ...]:
    """Every name of a score without its split; none where something may leave any."""
    if not all(_is_built_in(block, kind) for kind, block in _who_measures(values)):
        return ()
    names = {"loss"}
    for block in _items(values.get("metrics")):
        own = getattr(_function(block, "metrics"), "names", None)
        if not own:
            return ()
        names.update(own)
    return tuple(sorted(names))


@lru_cache(maxsize=1)
def _built_in_names() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What each built-in calculator measures."""
    parts = [(name, ALL["metrics"].get(name)) for name in ALL["metrics"] if name[:4] == "art."]
    return tuple((name, tuple(getattr(part, "names", ()))) for name, part in parts)


def _who_measures(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """All parts that can measure or log, with the registry of each."""
    if "model" in values:
        yield "models", values["model"]
    for section in ("models", "metrics", "callbacks"):
        for block in _items(values.get(section)):
            yield section, block


def _items(content: Any) -> Iterator[Any]:
    yield from content.values() if isinstance(content, Mapping) else ()


def _is_built_in(block: Any, registry: str) -> bool:
    function = _function(block, registry)
    return getattr(function, "__module__", "").startswith("art.registry.")


def _function(block: Any, registry: str) -> Any:
    """The function that a block names; None where there is none."""
    found, name = reference_of(block) if isinstance(block, Mapping) else ("", "")
    if found != registry or not isinstance(name, str):
        return None
    try:
        return ALL[registry].get(name)
    except RegistryError:  # said where the block is checked
        return None
