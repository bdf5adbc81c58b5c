"""What a trained model lacks is found: what holds it back, and whether it knows anything."""

from __future__ import annotations

import pytest

import art
from tests.conftest import ROOT

CODE = ROOT / "tests" / "user_code" / "probed_models.py"
CONFIG = """
[project]
name = "probed"
stages = ["overfit", "evaluate"]
[paths]
runs = "{runs}"
[data]
@data = "probed.{data}.v1"
[model]
@models = "probed.{model}.v1"
[training]
max_epochs = {epochs}
[stages.overfit]
checks = {{}}
[stages.evaluate]
probes = ["art.{probe}.v1"]
checks = {{"sound": {{"@checks": "art.Sound.v1"}}}}
"""


@pytest.fixture
def evaluated(tmp_path):
    """The message of the check `sound` of evaluate, and its hint."""

    def run(model, data="Images", epochs=12, probe="HeldBack"):
        config, runs = tmp_path / "probed.cfg", tmp_path / "runs"
        values = {"model": model, "data": data, "epochs": epochs, "probe": probe}
        config.write_text(CONFIG.format(runs=runs, **values))
        done = art.train(config, code=[CODE])
        record = done.result.records[-1]
        assert record.stage == "evaluate" and record.status in ("passed", "failed"), record.error
        assert record.scores["probes/run"] == 1
        assert not list(runs.rglob("trained_again"))
        (check,) = record.checks
        return ("", "") if check.passed else (check.message, check.hint)

    return run


def test_a_model_that_keeps_up_is_let_be(evaluated):
    assert evaluated("Mlp", epochs=25) == ("", "")


def test_a_model_that_is_merely_trained_too_briefly_is_let_be(evaluated):
    assert evaluated("Mlp", epochs=3) == ("", "")


NARROW = """
[project]
name = "narrow"
stages = ["overfit", "evaluate"]
[paths]
runs = "{runs}"
[task]
@tasks = "art.ImageClassification.v1"
[data]
@data = "art.Digits.v1"
[model]
@models = "art.MLP.v1"
hidden = [6]
[optimizer]
@optimizers = "torch.AdamW.v1"
lr = 0.01
[training]
max_epochs = 6
[stages.overfit]
checks = {{}}
[stages.evaluate]
probes = ["art.HeldBack.v1"]
"""


@pytest.mark.slow
def test_inputs_and_weights_of_an_ordinary_scale_are_only_suspected(tmp_path):
    config = tmp_path / "narrow.cfg"
    config.write_text(NARROW.format(runs=tmp_path / "runs"))
    record = art.train(config).result.records[-1]
    assert (record.stage, record.status) == ("evaluate", "passed"), record
    (found,) = record.suspected
    assert not found.certain
    assert "the model back" in found.cause, found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("model", "data", "cause", "remedy"),
    [
        ("Mlp", "OffCentre", "the scale of its inputs holds the model back", "Standardise"),
        ("RateLow", "Images", "the learning rate is far too low", "Raise"),
    ],
)
def test_what_holds_a_model_back_is_named(evaluated, model, data, cause, remedy):
    message, hint = evaluated(model, data)
    assert message.startswith(cause), message
    assert remedy in hint


def test_weights_that_are_drawn_too_large_are_named(evaluated):
    message, hint = evaluated("DrawnTooLarge")
    assert message.startswith("the initial weights hold the model back"), message
    assert "kaiming_normal_" in hint


def test_a_model_that_knows_no_more_than_chance_is_stopped(evaluated):
    message, hint = evaluated("Mlp", "Shuffled", probe="HeldOut")
    assert message.startswith("inputs and labels do not belong together: nothing that was learnt")
    assert "shuffled" in hint


def test_a_model_that_says_the_same_of_all_is_stopped(evaluated):
    message, _ = evaluated("Deaf", probe="HeldOut")
    assert message.startswith("a cheap model does far better on held-out data"), message


def test_a_model_that_learnt_something_is_let_be(evaluated):
    assert evaluated("Mlp", epochs=25, probe="HeldOut") == ("", "")
