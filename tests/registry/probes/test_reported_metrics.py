"""Logged scores against raw predictions, and against earlier validations."""

from __future__ import annotations

import pytest

SOUND = [
    "Percent", "MacroPerBatch", "ErrorRate", "BestOnly", "ResetByHand", "Annealed", "R2",
    "ScaledBack",
]  # fmt: skip


@pytest.mark.parametrize("model", SOUND)
def test_a_score_in_a_usual_form_is_not_suspected(suspicions, model):
    assert suspicions("ReportedMetrics", model) == []


WRONG = "a logged score is not what the predictions give"
MISTAKES = [
    ("ArgmaxZero", f"{WRONG}: argmax is taken over dimension 0", "val_acc"),
    ("Argmin", f"{WRONG}: argmin is taken for argmax", "val_acc"),
    ("HitsNotDivided", f"{WRONG}: the hits of a batch are not divided by its samples", "val_acc"),
    ("OverAFullBatch", f"{WRONG}: the hits of each batch are divided by the size of a", "val_acc"),
    ("ErrorForAccuracy", f"{WRONG}: it is the error, and not the accuracy", "val_acc"),
    ("RolledTargets", WRONG, "val_acc"),
    ("RecallForPrecision", f"{WRONG}: predictions and targets are swapped", "val_precision"),
    ("PrecisionSwapped", f"{WRONG}: predictions and targets are swapped", "val_precision"),
    ("SingleColumn", f"{WRONG}: argmax is taken over a single column", "val_acc"),
    ("R2Swapped", f"{WRONG}: predictions and targets are swapped", "val_r2"),
    ("NoRoot", f"{WRONG}: it is the mse, and not the rmse", "val/rmse"),
    ("Crossed", f"{WRONG}: each prediction is compared with all targets", "val_mse"),
    ("NotReset", "a logged score is not reset between epochs", "val_acc"),
    ("SharedMetric", "a logged score takes in what is not of its validation", "val_acc"),
    ("LossesKept", "a logged score is not reset between epochs", "val_loss"),
]


@pytest.mark.parametrize(("model", "cause", "where"), MISTAKES, ids=[m[0] for m in MISTAKES])
def test_a_wrong_score_is_named(suspicions, model, cause, where):
    found = suspicions("ReportedMetrics", model)
    assert found, "nothing was found"
    certain, said, at, _, _ = found[0]
    assert (certain, said.startswith(cause), at) == (True, True, where), found


def test_a_summed_loss_is_suspected(suspicions):
    ((certain, said, at, _, _),) = suspicions("ReportedMetrics", "LossSummed")
    assert (certain, at) == (False, "val_loss")
    assert said == "a logged loss is summed over the samples of a batch, and not averaged"
    assert suspicions("ReportedMetrics", "LossSummed", **{"contract.reduction": "sum"}) == []
