"""Probes name the mistake in programs that run without an error, and let sound ones be."""

from __future__ import annotations

import pytest

import art
from tests.conftest import ROOT

CODE = ROOT / "tests" / "user_code" / "probed.py"

CONFIG = """
[project]
name = "probed"
stages = ["{stage}"]
[paths]
runs = "{runs}"
[task]
@tasks = "{task}"
[data]
@data = "{data}"
[model]
@models = "probed.{model}.v1"
"""
TASKS = {"Classes": "art.TabularClassification.v1", "Numbers": "art.TabularRegression.v1"}
INIT, BATCH = "loss_at_init", "overfit_one_batch"


@pytest.fixture
def probed(tmp_path):
    """Runs a stage on a program; gives the causes of its faults, and its first hint."""

    def run(stage: str, model: str, data: str = "Classes", **overrides) -> tuple[list[str], str]:
        config = tmp_path / "probed.cfg"
        config.write_text(
            CONFIG.format(
                stage=stage, model=model, runs=tmp_path / "runs", data=f"probed.{data}.v1",
                task=TASKS[data],
            )
        )  # fmt: skip
        done = art.train(config, code=[CODE], overrides=overrides)
        (record,) = done.result.records
        assert record.status in ("passed", "failed"), record.error
        checks = {check.name: check for check in record.checks}
        assert checks["suspicions"].passed, checks["suspicions"].message
        sound = checks["sound"]
        assert record.scores["probes/run"] >= 5
        assert record.scores["probes/faults"] == float(sound.value or 0)
        return ([] if sound.passed else sound.message.split("; ")), sound.hint

    return run


SOUND = [
    "Sound", "LogSoftmax", "NLL", "BatchNorm", "ZeroHead", "Tied", "Manual",
]  # fmt: skip


@pytest.mark.parametrize("stage", [INIT, BATCH])
@pytest.mark.parametrize("model", SOUND)
def test_a_sound_program_is_not_suspected(probed, stage, model):
    assert probed(stage, model) == ([], "")


@pytest.mark.parametrize("stage", [INIT, BATCH])
def test_a_sound_regression_is_not_suspected(probed, stage):
    assert probed(stage, "Regression", "Numbers") == ([], "")


def test_draws_in_eval_mode_are_suspected_and_may_be_declared(probed):
    with pytest.raises(AssertionError, match="random"):  # the fixture wants no suspicion
        probed(INIT, "Noisy")
    assert probed(INIT, "Noisy", **{"contract.stochastic": True}) == ([], "")


MISTAKES = [
    (INIT, "Softmax", "Classes", "a softmax comes before cross_entropy", "remove the softmax"),
    (INIT, "ReluOnLogits", "Classes", "a ReLU comes before cross_entropy", "last layer"),
    (INIT, "Sigmoid", "Classes", "a sigmoid comes before cross_entropy", "remove the sigmoid"),
    (INIT, "RawNLL", "Classes", "nll_loss is given raw outputs", "log_softmax"),
    (INIT, "SoftmaxNLL", "Classes", "nll_loss is given probabilities", "log_softmax"),
    (INIT, "SigmoidTwice", "Classes", "a sigmoid comes before binary_cross_entropy", "raw"),
    (INIT, "ClassIds", "Classes", "class indices are learnt as if they were amounts", "one output"),
    (INIT, "Broadcast", "Numbers", "outputs and targets of different shapes", "squeeze"),
    (INIT, "BroadcastByHand", "Numbers", "outputs and targets of different shapes", "squeeze"),
    (INIT, "Mixing", "Classes", "the samples of a batch mix", "permute or transpose"),
    (BATCH, "NoZeroGrad", "Classes", "gradients add up from step to step", "zero_grad"),
    (BATCH, "NoZeroGradAutomatic", "Classes", "gradients add up", "zero_grad"),
    (BATCH, "Unowned", "Classes", "parameters are in no optimizer", "[contract] frozen = ["),
    (BATCH, "Detached", "Classes", "no gradient reaches some parameters", "detach()"),
    (BATCH, "Dead", "Classes", "no gradient reaches some parameters (body.0.", "dead"),
]


@pytest.mark.parametrize(
    ("stage", "model", "data", "cause", "remedy"), MISTAKES, ids=[case[1] for case in MISTAKES]
)
def test_a_mistake_closes_the_gate_and_is_named_first(probed, stage, model, data, cause, remedy):
    faults, hint = probed(stage, model, data)
    assert faults and faults[0].startswith(cause), faults
    assert remedy in hint


@pytest.mark.parametrize(
    ("stage", "model", "part"),
    [
        (BATCH, "Unowned", "body"),
        (INIT, "FrozenOnPurpose", "body"),
        (BATCH, "FrozenOnPurpose", "body"),
    ],
)
def test_what_is_declared_frozen_is_no_fault(probed, stage, model, part):
    assert probed(stage, model, **{"contract.frozen": [part]}) == ([], "")


def test_a_mistake_in_a_value_that_is_only_logged_is_suspected(probed):
    with pytest.raises(AssertionError, match=r"in a value that is not trained on, outputs and"):
        probed(INIT, "BroadcastAndLogged", "Numbers")  # the fixture wants no suspicion


def test_a_layer_that_is_left_over_is_suspected(probed):
    with pytest.raises(AssertionError, match=r"no training step uses some layers.*extra\.weight"):
        probed(BATCH, "Unused")  # the fixture wants no suspicion


@pytest.mark.parametrize("part", ["extra", "network.extra"])
def test_a_layer_that_is_left_over_is_declared_with_and_without_arts_prefix(probed, part):
    assert probed(BATCH, "Unused", **{"contract.frozen": [part]}) == ([], "")


def test_what_is_declared_frozen_and_moves_is_a_fault(probed):
    faults, hint = probed(BATCH, "Sound", **{"contract.frozen": ["body"]})
    assert faults == [
        "parameters that are declared frozen change (body.0.weight, body.0.bias): "
        "2 of them moved in 8 steps"
    ]
    assert "requires_grad = False" in hint
