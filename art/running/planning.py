"""Decides what must run, and says why. Imports no torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from art.config import RecipeConfig, StageSpec
from art.core.record import Record
from art.registries import stages
from art.running.inputs import InputDigests
from art.running.planned import PlannedStage, Request


def model_names(config: RecipeConfig) -> dict[str, str]:
    """The record's `model` by the name under `[models]`, which is empty for a lone `[model]`."""
    return {name: name or str(block.get("@models", "")) for name, block in config.models.items()}


def is_per_model(spec: StageSpec) -> bool:
    """Whether a stage runs once for each model."""
    return bool(getattr(stages.get(spec.registered), "per_model", True))


def targets(config: RecipeConfig, spec: StageSpec) -> list[tuple[str, str | None]]:
    """(name under `[models]`, record's `model`) of each run of a stage."""
    if not is_per_model(spec):
        return [("", None)]
    return list(model_names(config).items())


def plan(
    config: RecipeConfig,
    digests: InputDigests,
    latest: Mapping[tuple[str, str | None], Record],
    request: Request,
) -> list[PlannedStage]:
    """What is to be done with each stage, in the order of running.

    Args:
        latest: the newest record by (stage, model).
    """
    request.check(config)
    planned: list[PlannedStage] = []
    changed: dict[str | None, str] = {}
    for spec in config.stages:
        for block, model in targets(config, spec):
            earlier = earlier_records(config, spec, model, latest)
            inputs = digests.of(spec, block or None, earlier)
            record = latest.get((spec.name, model))
            why = _why(record, inputs, changed.get(model) or changed.get(None))
            asked = request.asks_for(spec, config)
            runs = asked and (bool(why) or request.force)
            if not asked:
                why = "not asked for"
            elif not why:
                why = "forced" if request.force else "up to date"
            if runs:
                changed.setdefault(model, spec.name)
            planned.append(PlannedStage(spec, model, block, runs, why, inputs))
    return planned


def earlier_records(
    config: RecipeConfig,
    spec: StageSpec,
    model: str | None,
    latest: Mapping[tuple[str, str | None], Record],
) -> dict[str, Record | None]:
    """The newest records of the stages before, by `01-name`: of this model, or of the data."""
    found: dict[str, Record | None] = {}
    for other in config.stages:
        if other.order >= spec.order:
            break
        if model is None and is_per_model(other):
            continue  # a stage of the data does not depend on any one model
        key = (other.name, model if is_per_model(other) else None)
        found[f"{other.order:02d}-{other.name}"] = latest.get(key)
    return found


def _why(record: Record | None, inputs: Mapping[str, Any], changed: str | None) -> str:
    """Why a stage must run; empty where it is up to date."""
    if record is None:
        return "no record yet"
    if record.status != "passed":
        words = {
            "failed": "its gate was closed",
            "running": "it was not finished",
            "refused": "its last run was refused",
            "interrupted": "its last run was interrupted",
        }
        why = words.get(record.status, f"its last run {record.status}")
        if record.status != "interrupted":
            return why
        differs = _difference(record, inputs)
        then = f", and {differs} since: it starts over" if differs else ": it goes on from there"
        return f"{why}{then}"
    before = record.inputs
    differs = _difference(record, inputs)
    if differs:
        return differs
    if changed is not None:
        return f"'{changed}' runs again before it"
    old, new = before.get("earlier") or {}, inputs["earlier"]
    if list(old) != list(new):
        return "the stages before it changed"
    for name in new:
        if old[name] != new[name]:
            return f"'{name[3:]}' left another record since"
    return ""


def _difference(record: Record, inputs: Mapping[str, Any]) -> str:
    """What of a stage's own inputs is not as it was for that record; empty where all is."""
    reasons = {
        "data": "the data changed",  # first: what files hold is a part of the settings as well
        "config": "its settings changed",
        "code": "the code changed",
    }
    return next((why for key, why in reasons.items() if record.inputs.get(key) != inputs[key]), "")


def command_for(source: str, names: Sequence[str]) -> str:
    """The command that goes on from here, for people to copy."""
    options = "".join(f" --stage {name}" for name in names)
    return f"art train {source}{options}"
