"""Settings of Lightning's Trainer in `[training]` and `[system]`: honoured, or refused in words."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import art
from art.errors import ArtError

CODE = Path(__file__).parent.parent / "user_code" / "counting.py"
OWN = """
[project]
name = "own"
stages = {stages}
[paths]
runs = "{runs}"
[system]
accelerator = "cpu"
{system}
[data]
@data = "counting.v1"
[model]
@models = "counting.v1"
{model}
[training]
{training}
"""

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def train(tmp_path):
    """Trains the module that counts; gives its numbers, the last of each name, and how many."""

    def train(training="max_epochs = 3", system="", model="", stages='["overfit"]'):
        config = tmp_path / "own.cfg"
        config.write_text(
            OWN.format(
                stages=stages, runs=tmp_path / "runs", system=system, model=model, training=training
            )
        )
        report = art.train(config, code=[CODE])
        assert report.ok, [(r.error, r.failed_checks) for r in report.result.records]
        last, count = {}, {}
        for path in sorted(tmp_path.glob("runs/*/*/*/metrics.csv")):
            for row in csv.DictReader(path.open()):
                last[row["name"]] = float(row["value"])
                count[row["name"]] = count.get(row["name"], 0) + 1
        scores = {k: v for record in report.result.records for k, v in record.scores.items()}
        return {**last, **scores}, count

    return train


@pytest.mark.parametrize(
    ("training", "expected"),
    [
        ("max_epochs = 3", {"epochs": 3, "steps": 24, "validated": 3, "val_batches": 3}),
        ("max_epochs = 3\nval_check_interval = 0.5", {"validated": 6}),
        ("max_epochs = 3\nval_check_interval = 2", {"validated": 12}),
        ("max_epochs = 3\nlimit_train_batches = 5", {"steps": 15, "own_loss rows": 15}),
        ("max_epochs = 3\nlimit_train_batches = 0.5", {"steps": 12}),
        ("max_epochs = 3\nlimit_val_batches = 2", {"val_batches": 2}),
        ("max_epochs = 3\nlimit_val_batches = 0.34", {"val_batches": 1}),
        ("max_epochs = 3\nnum_sanity_val_steps = 1", {"validated": 4}),
        ("max_epochs = 3\nlog_every_n_steps = 4", {"own_loss rows": 6}),
        ("max_epochs = 4\nreload_dataloaders_every_n_epochs = 2", {"asked": 3}),
        ("max_epochs = 3\ndetect_anomaly = true", {"anomaly": 1}),
        ("max_epochs = 9\nmin_epochs = 5\nmin_steps = 3", {"epochs": 9}),
    ],
)
def test_a_users_own_module_is_run_so(train, training, expected):
    found, count = train(training)
    for name, value in expected.items():
        if name.endswith(" rows"):
            assert count[name.removesuffix(" rows")] == value, name
        else:
            assert found[name] == value, name


def test_gradients_are_clipped_by_value(train):
    found, _ = train("max_epochs = 1\ngradient_clip_val = 0.001\ngradient_clip_algorithm = 'value'"
                     .replace("'", '"'))  # fmt: skip
    assert found["largest_gradient"] == pytest.approx(0.001)


def test_time_ends_a_run(train):
    found, _ = train('max_epochs = 100000\nmax_time = "00:00:00:02"')
    assert 0 < found["steps"] < 800000


def test_batches_of_the_test_split_are_limited(train):
    found, _ = train(
        "max_epochs = 2\nlimit_test_batches = 2\n",
        stages='["overfit", "evaluate"]',
    )
    assert found["test_batches"] == 2


@pytest.mark.parametrize("precision", ['"64-true"', '"64"', "64"])
def test_precisions_have_lightnings_names(train, precision):
    assert train("max_epochs = 1", system=f"precision = {precision}")[0]["double"] == 1


@pytest.mark.parametrize(
    ("training", "system", "model", "said"),
    [
        ("overfit_batches = 1", "", "", "The stage overfit_one_batch does it"),
        ("", "barebones = true", "", "ART needs the hooks and loggers"),
        ("limit_val_batches = 1.5", "", "", "limit_val_batches: expected int >= 0 or float >= 0"),
        ("val_check_interval = 0", "", "", "val_check_interval: expected int >= 1"),
        ('gradient_clip_algorithm = "norms"', "", "", 'expected "norm" or "value"'),
        ("", "num_nodes = 2", "", "num_nodes: expected int"),
        ("val_check_interval = 99", "", "", "99 batches, and an epoch has 8"),
        ("gradient_clip_val = 1.0", "", "by_hand = true", "optimizes by hand"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(train, training, system, model, said):
    with pytest.raises((ArtError, AssertionError), match=said):
        train(f"max_epochs = 1\n{training}", system, model)


def test_settings_of_lightnings_loop_are_refused_for_a_model_that_art_wraps(small):
    config = small("val_check_interval = 0.5\n", stages='["overfit"]')
    report = art.train(config)
    (record,) = report.result.records
    assert report.exit_code == 2
    assert "val_check_interval is for a LightningModule that trains itself" in record.error


@pytest.mark.parametrize(
    ("more", "steps"),
    [
        ("limit_train_batches = 2\n", 24),
        ("limit_train_batches = 0.5\nlimit_val_batches = 1\n", 36),
        ('gradient_clip_val = 0.5\ngradient_clip_algorithm = "value"\n', 84),
        ("detect_anomaly = true\nmin_epochs = 2\n", 84),
    ],
)
def test_a_wrapped_model_is_run_so(small, tmp_path, more, steps):
    assert art.train(small(more, stages='["overfit"]')).ok
    (path,) = tmp_path.glob("runs/*/*/*/metrics.csv")
    rows = [row for row in csv.DictReader(path.open()) if row["name"] == "train/loss"]
    assert len(rows) == steps
