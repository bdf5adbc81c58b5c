"""Schedules of the learning rate against the training: 10 epochs of 40 batches."""

from __future__ import annotations

import pytest

SOUND = [
    "StepFive", "Exponential", "CosineByEpoch", "CosineBySteps", "Restarts", "Cyclic", "Constant",
    "WarmUp", "WarmCosine", "ManualPerEpoch",
]  # fmt: skip


@pytest.mark.parametrize("model", SOUND)
def test_a_schedule_that_fits_is_not_suspected(suspicions, model):
    assert suspicions("LearningRateTrace", model) == []


BATCH = "stepped per batch and counts epochs"
EPOCH = "its schedule is stepped per epoch and counts batches"
OVER = "the learning rate's schedule is over after {} of 400 steps: it is " + BATCH
SWINGS = "the learning rate swings up and down 20 times: its schedule is " + BATCH
WARMS = "the learning rate's warm-up is not over at the end of the training: " + EPOCH
STAYS = "the learning rate stays where it is: " + EPOCH
NEVER = "a scheduler is never stepped: the learning rate stays where it is"
MISTAKES = [
    ("StepFivePerBatch", True, OVER.format(10)),
    ("ExponentialPerBatch", True, OVER.format(44)),
    ("CosinePerBatch", True, SWINGS),
    ("OneCyclePerEpoch", True, WARMS),
    ("WarmUpPerEpoch", True, WARMS),
    ("CosineCountsSteps", True, STAYS),
    ("Unstepped", False, NEVER),
    ("ManualPerBatch", True, OVER.format(6)),
    ("KeptSchedule", True, OVER.format(4)),
]


@pytest.mark.parametrize(("model", "certain", "cause"), MISTAKES, ids=[m[0] for m in MISTAKES])
def test_a_schedule_that_does_not_fit_is_named(suspicions, model, certain, cause):
    found = suspicions("LearningRateTrace", model)
    assert found and {row[:3] for row in found} == {(certain, cause, "configure_optimizers")}, found


def test_the_declared_horizon_decides(suspicions):
    long = suspicions("LearningRateTrace", "StepFive", **{"contract.horizon": 200})
    assert [row[0] for row in long] == [False]
    assert long[0][1].startswith("the learning rate's schedule is over after 400 of 8000 steps")
