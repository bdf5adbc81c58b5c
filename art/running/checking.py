"""Examines a program that is given as objects: its data and its model, without a config."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from art.config import RecipeConfig
from art.running.examination import StageExamination
from art.running.examining import examine_stage
from art.running.given import Given, GivenParts
from art.running.parts import Parts
from art.training.left_alone import process_left_alone

STAGES = ("explore", "loss_at_init", "overfit_one_batch")
"""The stages that look at a program without training it."""


def examine_given(
    given: Given, config: RecipeConfig, told: Callable[[str], None] = lambda text: None
) -> tuple[StageExamination, ...]:
    """What each stage finds of a program. The process, the module and the data stay as they are.

    Args:
        given: the program; copies of it are used.
        config: the settings, without data and model.
        told: takes what is done now.

    Raises:
        UserError: the module or the data cannot be used.
    """
    found: list[StageExamination] = []
    with process_left_alone(), tempfile.TemporaryDirectory(prefix="art-check-") as folder:
        parts = Parts(Path(folder), GivenParts(given))
        for spec in config.stages:
            if any(before.crashed and before.model for before in found):
                break  # it would crash again
            model = None if spec.name == "explore" else given.name
            found.append(
                examine_stage(
                    config,
                    spec,
                    model,
                    parts,
                    lambda done, total, text: told(text),
                    folder=Path(folder),
                )
            )
    return tuple(found)
