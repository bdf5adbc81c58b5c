"""The text of every stage, for the page: by the task, the kind of model and the stages beside it.

All of it is asked of the stages themselves, by the functions that complete a config.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, overload

from art.config.functions.annotations import plain
from art.config.functions.blocks import CHECKS
from art.config.functions.settings import settings_of
from art.config.layering.default import default_layer
from art.config.reading.document import read
from art.config.schema.json_form import nested
from art.config.writing.comments import comment_of
from art.config.writing.defaults import add_defaults, checks_of, profile_of
from art.config.writing.render import value_text
from art.core.task import TaskProfile
from art.quickstart.lines import Block, completed, section
from art.quickstart.options import Options
from art.quickstart.rendering import RECIPE, context_of, render
from art.quickstart.settling import settle
from art.registries import stages


def stages_of(options: Options, defaults: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """What rendering.js puts a config's stages together from.

    Args:
        options: with every setting of every entry.
        defaults: the lines of the other sections, as the template takes them.

    Returns:
        `heads`: each stage without its overrides and checks. `overrides`: their line, by stage and
        `choice_of`. `profiles`: a number by `TASK own` or `TASK wrapped`. `checks`: by that number
        and by stage, numbers of `texts`, with the stages that are and are not in the recipe then.
    """
    blocks = _blocks(options)
    profiles: dict[str, int] = {}
    distinct: list[TaskProfile] = []
    for task in options["task"].entries:
        for kind in ("own", "wrapped"):
            profile = profile_of(
                {
                    **({"task": {"@tasks": task["registered"]}} if "registered" in task else {}),
                    **({"optimizer": {"@optimizers": ""}} if kind == "wrapped" else {}),
                }
            )
            if profile not in distinct:
                distinct.append(profile)
            profiles[f"{task['value']} {kind}"] = distinct.index(profile)
    texts: dict[str, int] = {}
    checks = [
        {name: _checks(name, blocks, profile, texts) for name in blocks} for profile in distinct
    ]
    return {
        "heads": {name: _head(name, block) for name, block in blocks.items()},
        "overrides": _overrides(options, defaults, blocks),
        "profiles": profiles,
        "checks": checks,
        "texts": list(texts),
    }


def choice_of(settled: Mapping[str, Any]) -> str:
    """The choices that settings depend on, as one key."""
    return " ".join(settled[name] for name in ("task", "data", "model", "optimize"))


def _blocks(options: Options) -> dict[str, Block]:
    """Each stage's block with its settings, by name, in the recipe's order."""
    lowest = nested(default_layer())["stages"]
    blocks = {}
    for entry in options["stages"].entries:
        name = entry["value"]
        block = {"@stages": entry["registered"]} if "registered" in entry else dict(lowest[name])
        blocks[name] = completed(block, "stages")
    return blocks


def _head(name: str, block: Block) -> str:
    path = ("stages", name)
    return section(path, block, comment_of(path, {"stages": {name: block}}))


def _checks(
    name: str, blocks: Mapping[str, Block], profile: TaskProfile, texts: dict[str, int]
) -> list[dict[str, Any]]:
    """The checks of a stage as numbers of texts, by what else is in the recipe."""
    block = blocks[name]

    def numbers(names: Sequence[str]) -> list[int]:
        tree: Block = {}
        add_defaults(tree, CHECKS, checks_of(block, profile, name, names), written=False)
        values = {"stages": {name: {**block, **tree}}}
        found = []
        for check, settings in tree.get(CHECKS, {}).items():
            path = ("stages", name, CHECKS, check)
            text = section(path, completed(settings, CHECKS), comment_of(path, values))
            found.append(texts.setdefault(text, len(texts)))
        return found

    there = {name: True}
    return [
        {"when": when, "texts": found} for when, found in _by_stages(numbers, tuple(blocks), there)
    ]


def _by_stages(
    make: Callable[[Sequence[str]], list[int]], names: Sequence[str], known: dict[str, bool]
) -> Iterator[tuple[dict[str, bool], list[int]]]:
    """What a function makes of every recipe; those that differ in nothing it asked for, once."""
    try:
        yield known, make(_Recipe(names, known))
    except _Unknown as asked:
        for there in (True, False):
            yield from _by_stages(make, names, {**known, asked.stage: there})


class _Unknown(BaseException):
    """A function has asked for a stage of which it is not known whether it is there.

    No `Exception`: a stage that catches its own must not catch this.
    """

    def __init__(self, stage: str) -> None:
        self.stage = stage


class _Recipe(Sequence[str]):
    """The stages of a recipe, of which some are not known to be in it or not."""

    def __init__(self, names: Sequence[str], known: Mapping[str, bool]) -> None:
        self._names, self._known = names, known

    def __contains__(self, name: object) -> bool:
        if name not in self._names:
            return False
        if name not in self._known:
            raise _Unknown(str(name))
        return self._known[str(name)]

    def index(self, name: str, start: int = 0, stop: int | None = None) -> int:
        """A place in the order of all stages; which of two comes first is always known."""
        return self._names.index(name, start, len(self._names) if stop is None else stop)

    def _all(self) -> list[str]:
        return [name for name in self._names if name in self]

    def __len__(self) -> int:
        return len(self._all())

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        return self._all()[index]


def _overrides(
    options: Options, defaults: Mapping[str, Sequence[str]], blocks: Mapping[str, Block]
) -> dict[str, dict[str, str]]:
    """The line with each stage's overrides, by what was chosen."""
    found: dict[str, dict[str, str]] = {}
    for settled in _choices(options):
        context = {**context_of(options, settled), "defaults": defaults}
        settings = settings_of(nested(read(render(RECIPE, context), "config")))
        for name, block in blocks.items():
            make = getattr(stages.get(block["@stages"]), "default_overrides", None)
            overrides = plain(dict(make(settings))) if make else {}
            if overrides:
                line = f"overrides = {value_text(overrides)}"
                found.setdefault(name, {})[choice_of(settled)] = line
    return found


def _choices(options: Options) -> Iterator[dict[str, Any]]:
    """Everything that can be chosen of task, data, model and what to optimize for."""
    seen = set()
    for task in options["task"].values:
        for data in options["data"].values:
            for model in options["model"].values:
                for optimize in options["optimize"].values:
                    asked = {"task": task, "data": data, "model": model, "optimize": optimize}
                    settled = settle(options, asked)
                    if choice_of(settled) not in seen:
                        seen.add(choice_of(settled))
                        yield settled
