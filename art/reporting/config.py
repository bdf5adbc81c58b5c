"""What a config would run, in lines for people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from art.config import RecipeConfig
    from art.running.planning import PlannedStage

SECTIONS = ("task", "data", "optimizer", "scheduler")


def describe(recipe: RecipeConfig, plan: Sequence[PlannedStage]) -> list[str]:
    """The parts of a recipe as calls, then its stages with their checks, and why each would run."""
    return [f"{recipe.source}: no mistakes", "", *_parts(recipe), "", *_stages(plan)]


def _parts(recipe: RecipeConfig) -> Iterator[str]:
    for section in SECTIONS:
        block = recipe.block(section)
        if block:
            yield f"{section:10} {_call(block)}"
    for name, block in recipe.models.items():
        yield f"{f'model {name}'.strip():10} {_call(block)}"


def _stages(plan: Sequence[PlannedStage]) -> Iterator[str]:
    for stage in plan:
        spec = stage.spec
        model = f" ({stage.model})" if stage.block else ""
        because = "runs, because " if stage.runs else ""
        yield f"{spec.order:2d} {spec.name}{model}: {_call(spec.block)}: {because}{stage.why}"
        for check in spec.checks.values():
            warns = " (warns only)" if check.severity == "warn" else ""
            yield f"     check {check.name}: {_call(check.block)}{warns}"


def _call(block: Mapping[str, Any]) -> str:
    """A block as the call that it stands for."""
    name = next((str(value) for key, value in block.items() if key.startswith("@")), "")
    settings = (
        f"{key}={json.dumps(value, ensure_ascii=False)}"
        for key, value in block.items()
        if not key.startswith("@")
    )
    return f"{name}({', '.join(settings)})"
