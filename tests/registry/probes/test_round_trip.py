"""Checkpoints, resumed runs, repeated runs, and the best weights."""

from __future__ import annotations

import pytest

LOST = [
    ("PlainTensor", "a checkpoint does not bring the model back", "projection"),
    ("RunningMean", "a checkpoint does not bring the model back", "mean"),
    ("HeadDropped", "a checkpoint does not bring the model back", "head.weight"),
    ("Reinitialised", "a resumed run does not start from the weights", "head.weight"),
    ("OptimizerForgotten", "a resumed run does not restore the optimizer's state", "optimizer 0"),
    ("EpochForgotten", "a resumed run does not continue at the epoch", "current_epoch"),
]


@pytest.mark.parametrize(("model", "cause", "where"), LOST, ids=[m[0] for m in LOST])
def test_what_a_checkpoint_loses_is_named(suspicions, model, cause, where):
    ((certain, said, at, _, _),) = suspicions("RoundTrip", model)
    assert (certain, said.startswith(cause), at) == (True, True, where)


def test_hooks_that_save_and_load_are_not_suspected(suspicions):
    assert suspicions(["RoundTrip", "Repeatability"], "Extras") == []


def test_what_nobody_seeds_is_named(suspicions):
    ((certain, said, _, evidence, _),) = suspicions("Repeatability", "Unseeded")
    assert (certain, said) == (False, "the same seed gives a different run")
    assert evidence.startswith("the loss of batch 0 is ")


def test_the_worst_weights_are_named(suspicions):
    ((certain, said, _, evidence, _),) = suspicions("BestIsKept", "WorstKept")
    assert (certain, said) == (True, "the worst weights are kept for the best")
    assert evidence.startswith("they are those of epoch 0, and val_acc was ")
