"""Modes, dropout in eval mode, and what is monitored."""

from __future__ import annotations

import pytest

MODES = [
    ("TrainModeInVal", True, "validation runs in training mode", "validation_step"),
    ("NoEvalHook", True, "validation runs in training mode", "validation_step"),
    ("FunctionalInVal", True, "validation runs in training mode", "validation_step"),
    ("LeftInEval", True, "the model is left in eval mode after a validation", "training_step"),
    ("OwnEvaluation", False, "the program evaluates in training mode", "outside training_step"),
    ("BornInEval", False, "the model trains in eval mode", "training_step"),
    ("AlwaysDropped", True, "dropout is at work in validation", "validation_step"),
]


@pytest.mark.parametrize(("model", "certain", "cause", "where"), MODES, ids=[m[0] for m in MODES])
def test_a_wrong_mode_is_named(suspicions, model, certain, cause, where):
    ((sure, said, at, _, _),) = suspicions("Modes", model)
    assert (sure, said.startswith(cause), at.startswith(where)) == (certain, True, True)


def test_the_modules_are_named(suspicions):
    ((_, _, _, evidence, _),) = suspicions("Modes", "TrainModeInVal")
    assert evidence == "body.1, body.3 ran forward in training mode on validation batches"


DROPPED = [
    ("AlwaysDropped", True, "dropout is always on", "dropout(p=0.4, training=True) was called"),
    ("AlwaysMasked", True, "dropout is always on", "a mask of uniform draws was called"),
    ("Variational", False, "the model draws at random in eval mode", "randn_like was called"),
]


@pytest.mark.parametrize(
    ("model", "certain", "cause", "evidence"), DROPPED, ids=[m[0] for m in DROPPED]
)
def test_a_draw_in_eval_mode_is_named(suspicions, model, certain, cause, evidence):
    ((sure, said, _, measured, _),) = suspicions("DroppedInEval", model)
    assert (sure, said.startswith(cause), evidence in measured) == (certain, True, True), measured


@pytest.mark.parametrize("probe", ["Modes", "DroppedInEval"])
def test_what_is_declared_stochastic_may_draw(suspicions, probe):
    assert suspicions(probe, "AlwaysDropped", **{"contract.stochastic": True}) == []


REVERSED = [
    ("KeepsWorst", "ModelCheckpoint keeps the worst model", "configure_callbacks"),
    ("StopsAtBest", "EarlyStopping stops when the model gets better", "configure_callbacks"),
    ("PlateauTurned", "ReduceLROnPlateau lowers the learning rate", "configure_optimizers"),
]


@pytest.mark.parametrize(("model", "cause", "where"), REVERSED, ids=[m[0] for m in REVERSED])
def test_a_reversed_direction_is_named(suspicions, model, cause, where):
    ((sure, said, at, evidence, remedy),) = suspicions("MonitorDirection", model)
    assert sure and cause in said and at == where
    assert evidence == 'it monitors val_acc, which is to rise, with mode="min"'
    assert remedy.startswith('Set mode="max".')


def test_the_declared_direction_decides(suspicions):
    declared = {"contract.directions": {"val_acc": "min"}}
    assert suspicions("MonitorDirection", "KeepsWorst", **declared) == []
    declared = {"contract.directions": {"val_quality": "max"}}
    assert len(suspicions("MonitorDirection", "Unknown", **declared)) == 1
    assert suspicions("MonitorDirection", "Unknown") == []
