"""Examines a program that is given as objects: its data and its model, without a config."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from art.config import RecipeConfig, StageSpec
from art.running.examination import StageExamination
from art.running.examining import examine_stage
from art.running.given import Given, GivenParts
from art.running.parts import Parts
from art.training.left_alone import process_left_alone

STAGES = ("explore", "loss_at_init", "overfit_one_batch")
"""The stages that look at a program without training it."""


BY_LENGTH = ("art.LearningRate.v1", "art.LearningRateTrace.v1")
"""The probes whose verdict depends on how long training is."""
SETTING = re.compile(
    r"\[(contract|training|system)\] (\w+) = (\[[^]]*\]|\"[^\"]*\"|true|false|null|[\d.]*\d)"
)
"""A setting as remedies write it, `[contract] frozen = ["encoder"]`."""
NAME = re.compile(r"\[(contract|training|system)\] (\w+)")
LENGTHS = (3, 100)
"""Epochs that a training may have: what is wrong at both ends as well is wrong at any length."""


def examine_given(
    given: Given,
    config: RecipeConfig,
    told: Callable[[str], None] = lambda text: None,
    *,
    length_known: bool = True,
) -> tuple[StageExamination, ...]:
    """What each stage finds of a program. The process, the module and the data stay as they are.

    Args:
        given: the program; copies of it are used.
        config: the settings, without data and model.
        told: takes what is done now.
        length_known: whether somebody has said for how many epochs is trained; else what depends
            on it is only suspected.

    Raises:
        UserError: the module or the data cannot be used.
    """
    found: list[StageExamination] = []
    with process_left_alone(), tempfile.TemporaryDirectory(prefix="art-check-") as folder:
        parts = Parts(Path(folder), GivenParts(given))
        for spec in map(_without_doubles, config.stages):
            if any(before.crashed and before.model for before in found):
                break  # it would crash again
            model = None if spec.name == "explore" else given.name
            one = examine_stage(
                config,
                spec,
                model,
                parts,
                lambda done, total, text: told(text),
                folder=Path(folder),
            )
            if not length_known and any(f.found_by in BY_LENGTH for f in one.findings):
                others = [_again(config, epochs, parts, model, Path(folder)) for epochs in LENGTHS]
                one = _softened(one, config.training.max_epochs, set.intersection(*others))
            found.append(_in_python(one))
    return tuple(found)


def _without_doubles(spec: StageSpec) -> StageSpec:
    """A stage without the checks that only warn: of a program with a loss of its own, probes judge
    the same with better reasons."""
    kept = {n: c for n, c in spec.checks.items() if c.severity == "block" or "certain" in c.block}
    return replace(spec, checks=kept)


def _in_python(stage: StageExamination) -> StageExamination:
    """Findings that name a setting, with the argument that sets it."""
    findings = (
        replace(f, cause=_said(f.cause), evidence=_said(f.evidence), remedy=_said(f.remedy))
        for f in stage.findings
    )
    return replace(stage, findings=tuple(findings))


def _said(text: str) -> str:
    return NAME.sub(r'"\1.\2"', SETTING.sub(_argument, text))


def _argument(found: re.Match[str]) -> str:
    section, name, value = found.groups()
    value = {"true": "True", "false": "False", "null": "None"}.get(value, value)
    return f'overrides={{"{section}.{name}": {value}}}'


def _again(
    config: RecipeConfig, epochs: int, parts: Parts, model: str | None, folder: Path
) -> set[str]:
    """Which probes find something where training has so many epochs."""
    changed = {
        "training.max_epochs": epochs,
        "stages.overfit_one_batch.probes": list(BY_LENGTH),
    }
    other = config.with_settings(changed, "the length of the training")
    spec = next(spec for spec in other.stages if spec.name == "overfit_one_batch")
    stage = examine_stage(other, spec, model, parts, folder=folder)
    return {finding.found_by for finding in stage.findings}


def _softened(stage: StageExamination, epochs: int, whatever: set[str]) -> StageExamination:
    """What hangs on the length of the training, as a suspicion that says which one was taken.

    Args:
        stage: what it found.
        epochs: that were taken.
        whatever: the probes that find something at other lengths too.
    """
    taken = f"; training was taken to have {epochs} epochs, and max_epochs says how many it has"
    findings = (
        replace(f, severity="warn", evidence=f"{f.evidence}{taken}")
        if f.found_by in BY_LENGTH and f.found_by not in whatever
        else f
        for f in stage.findings
    )
    return replace(stage, findings=tuple(findings))
