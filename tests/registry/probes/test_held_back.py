"""What holds a model back that a cheap one beats is found by training again without it."""

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
probes = ["art.HeldBack.v1"]
checks = {{"sound": {{"@checks": "art.Sound.v1"}}}}
"""


@pytest.fixture
def evaluated(tmp_path):
    """The message of the check `sound` of evaluate, and its hint."""

    def run(model: str, data: str = "Images", epochs: int = 12) -> tuple[str, str]:
        config = tmp_path / "probed.cfg"
        runs = tmp_path / "runs"
        config.write_text(CONFIG.format(model=model, data=data, runs=runs, epochs=epochs))
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


@pytest.mark.parametrize(
    ("model", "data", "cause", "remedy"),
    [
        ("Mlp", "OffCentre", "the scale of its inputs holds the model back", "Standardise"),
        ("DrawnTooLarge", "Images", "the initial weights hold the model back", "kaiming_normal_"),
        ("RateLow", "Images", "the learning rate is far too low", "Raise"),
    ],
)
def test_what_holds_a_model_back_is_named(evaluated, model, data, cause, remedy):
    message, hint = evaluated(model, data)
    assert message.startswith(cause), message
    assert remedy in hint
