"""Gates close on what is certainly wrong: sound programs pass, with a warning where they could be
better, by the shortest config and by the one that `art init config` writes."""

import numpy as np
import pytest

import art
from tests.conftest import ROOT

CODE = ROOT / "tests" / "user_code" / "sound_cases.py"
FIRST = """
[project]
name = "first"
[task]
@tasks = "art.ImageClassification.v1"
[data]
@data = "art.Digits.v1"
[model]
@models = "art.MLP.v1"
[optimizer]
@optimizers = "torch.AdamW.v1"
"""
OWN = """
[task]
@tasks = "art.TabularClassification.v1"
[data]
@data = "{data}"
[model]
@models = "{model}"
[training]
max_epochs = {epochs}
"""


def trained(tmp_path, text, **options):
    """The recipe run; its failed checks by stage, blocking and warning."""
    config = tmp_path / "sound.cfg"
    config.write_text(text)
    options = {"overrides": {"paths.runs": str(tmp_path / "runs")}, **options}
    done = art.train(config, **options)
    records = done.result.records
    assert not any(record.error for record in records), [record.error for record in records]
    blocked = {(one.stage, c.name): c.message for one in records for c in one.failed_checks}
    return done, blocked, {(one.stage, c.name) for one in records for c in one.warnings}


@pytest.mark.slow
def test_the_readmes_ten_lines_pass_with_dense_layers(tmp_path):
    done, blocked, warned = trained(tmp_path, FIRST)
    assert done.ok and len(done.result.records) == 7, blocked
    assert ("overfit", "beats_baseline") in warned


@pytest.mark.parametrize(
    "data", [pytest.param("art.Digits.v1", marks=pytest.mark.slow), "art.BreastCancer.v1"]
)
def test_a_small_model_that_trained_briefly_warns(tmp_path, data):
    text = FIRST.replace("art.Digits.v1", data).replace("art.MLP.v1", "art.Linear.v1")
    text = text.replace("ImageC", "TabularC") if "Breast" in data else text
    done, blocked, warned = trained(tmp_path, text + "[training]\nmax_epochs = 5\n")
    assert done.ok, blocked
    assert {("overfit", "reached"), ("overfit_one_batch", "loss")} <= warned


LINE = """
[task]
@tasks = "art.TabularRegression.v1"
[data]
@data = "art.Arrays.v1"
file = "{file}"
[model]
@models = "art.MLP.v1"
[optimizer]
@optimizers = "torch.AdamW.v1"
lr = 0.005
[training]
max_epochs = 30
"""


def test_a_network_that_a_ridge_beats_by_nothing_passes(tmp_path):
    random = np.random.default_rng(0)
    inputs = random.normal(size=(900, 5)).astype("float32")
    targets = (inputs @ random.normal(size=5)).astype("float32")
    np.savez(tmp_path / "line.npz", inputs=inputs, targets=targets)
    done, blocked, warned = trained(tmp_path, LINE.format(file=tmp_path / "line.npz"))
    assert done.ok, blocked
    assert ("evaluate", "beats_baseline") in warned
    assert 0.99 < done.scores("evaluate")["test/r2"] < done.scores("baseline")["test/r2"]


@pytest.mark.parametrize("route", ["bare", "init"])
@pytest.mark.parametrize(
    ("data", "model", "epochs"),
    [
        ("sound.Wine.v1", "sound.Smoothed.v1", 20),
        pytest.param("sound.RareEights.v1", "sound.CountedF1.v1", 15, marks=pytest.mark.slow),
    ],
    ids=["label smoothing", "a score of few positives"],
)
def test_a_sound_module_passes_by_both_routes(tmp_path, route, data, model, epochs):
    text = OWN.format(data=data, model=model, epochs=epochs)
    if route == "init":
        text = art.api.init_config(
            "tabular-classification", data=data, model=model, code=[CODE],
            settings=[f"--training.max_epochs={epochs}"],
        )  # fmt: skip
        assert "[optimizer]" not in text
    done, blocked, _ = trained(tmp_path, text, code=[CODE])
    assert done.ok and len(done.result.records) == 7, blocked


def test_without_a_task_a_module_passes_by_init_config(tmp_path):
    text = art.api.init_config(
        "none", data="sound.Wine.v1", model="sound.Smoothed.v1", code=[CODE],
        settings=["--training.max_epochs=10"],
    )  # fmt: skip
    assert "[task]" not in text and "[metrics" not in text
    done, blocked, _ = trained(tmp_path, text, code=[CODE])
    assert done.ok and len(done.result.records) == 7, blocked


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", ["", '[optimizer]\n@optimizers = "torch.AdamW.v1"\n'])
def test_data_without_a_validation_split_closes_no_gate(tmp_path, optimizer):
    model = "art.MLP.v1" if optimizer else "sound.Smoothed.v1"
    text = OWN.format(data="sound.NoVal.v1", model=model, epochs=10) + optimizer
    done, blocked, warned = trained(tmp_path, text, code=[CODE])
    assert done.ok, blocked
    assert (("regularize", "measured") in warned) is bool(optimizer)


def test_a_model_that_a_constant_answer_beats_is_blocked(tmp_path):
    text = OWN.format(data="sound.Wine.v1", model="sound.Contrary.v1", epochs=10)
    text += '[optimizer]\n@optimizers = "torch.AdamW.v1"\nlr = 0.01\n'
    text += '[project]\nstages = ["baseline", "overfit"]\n'
    done, blocked, _ = trained(tmp_path, text, code=[CODE])
    assert done.exit_code == 1 and set(blocked) == {("overfit", "learns")}
    assert "majority" in blocked["overfit", "learns"] or "baseline" in blocked["overfit", "learns"]
