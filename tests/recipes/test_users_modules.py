"""Three LightningModules and data modules as their authors wrote them, through the recipe."""

import pytest

import art
from tests.conftest import ROOT, SEVEN

CODE = ROOT / "tests" / "user_code" / "registered.py"

CONFIG = """
[project]
name = "theirs"
stages = {stages}
[paths]
runs = "{runs}"
{task}
[data]
@data = "{data}"
[model]
@models = "{model}"
[training]
max_epochs = {epochs}
"""

CLASSIFICATION = '[task]\n@tasks = "art.TabularClassification.v1"'
REGRESSION = '[task]\n@tasks = "art.TabularRegression.v1"'
CASES = [
    # task, data, model, epochs, deciding score, at least, what the module logs itself
    (CLASSIFICATION, "user.Wine.v1", "user.WineNet.v1", 10, "accuracy", 0.9, {"val/acc"}),
    (CLASSIFICATION, "user.Dicts.v1", "user.DictNet.v1", 20, "accuracy", 0.85, {"val/loss"}),
    (REGRESSION, "user.DiabetesTensors.v1", "user.ManualNet.v1", 150, "r2", 0.3, {"val_loss"}),
]


@pytest.mark.parametrize(
    ("task", "data", "model", "epochs", "metric", "least", "logged"),
    [CASES[0], pytest.param(*CASES[1], marks=pytest.mark.slow), CASES[2]],
    ids=["tuples", "dicts", "manual"],
)
def test_unchanged_modules_pass(tmp_path, task, data, model, epochs, metric, least, logged):
    config = tmp_path / "theirs.cfg"
    config.write_text(
        CONFIG.format(
            stages=SEVEN, runs=tmp_path / "runs", task=task, data=data, model=model, epochs=epochs
        )
    )
    done = art.train(config, code=[CODE])
    statuses = {
        stage.stage: (stage.status, stage.hint, stage.error) for stage in done.report.stages
    }
    assert done.ok, statuses
    assert done.scores("evaluate")[f"test/{metric}"] >= least
    regularized = done.scores("regularize")
    assert logged <= set(regularized)
    assert {"train/loss", "val/loss"} <= set(regularized)
    again = art.train(config, code=[CODE])
    assert again.ok and again.result.records == []


def test_without_a_task_a_module_is_taken_at_its_word(tmp_path):
    config = tmp_path / "theirs.cfg"
    config.write_text(
        CONFIG.format(
            stages='["explore", "loss_at_init", "overfit_one_batch", "overfit"]',
            runs=tmp_path / "runs",
            task="",
            data="user.Wine.v1",
            model="user.WineNet.v1",
            epochs=5,
        )
    )
    done = art.train(config, code=[CODE])
    assert done.ok, [(s.stage, s.status, s.error) for s in done.report.stages]
    assert done.scores("overfit")["val/accuracy"] > 0.8
    assert done.scores("loss_at_init")["train/expected_loss"] == pytest.approx(1.0986, abs=1e-3)


def test_an_own_optimizer_and_an_optimizer_section_contradict_each_other(tmp_path):
    config = tmp_path / "theirs.cfg"
    text = CONFIG.format(
        stages='["loss_at_init"]',
        runs=tmp_path / "runs",
        task=CLASSIFICATION,
        data="user.Wine.v1",
        model="user.WineNet.v1",
        epochs=5,
    )
    config.write_text(text + '[optimizer]\n@optimizers = "torch.Adam.v1"\n')
    done = art.train(config, code=[CODE])
    assert done.exit_code == 2
    assert "brings its own optimizer" in str(done.result.error)
