"""docs/callbacks.md, run; and what Lightning's own callbacks do in a training run."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

import art
from art.training.checkpoints.door import load_checkpoint

ROOT = Path(__file__).parent.parent.parent
CODE = ROOT / "tests" / "user_code" / "counting.py"
OWN = """
[project]
name = "own"
stages = {stages}
[paths]
runs = "{runs}"
[system]
accelerator = "cpu"
[data]
@data = "counting.v1"
[model]
@models = "counting.v1"
[training]
max_epochs = {epochs}
"""

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def train(tmp_path):
    def train(callbacks, code=(), epochs=6, stages='["overfit"]'):
        config = tmp_path / "own.cfg"
        text = OWN.format(stages=stages, runs=tmp_path / "runs", epochs=epochs)
        config.write_text(text + callbacks)
        report = art.train(config, code=[CODE, *code])
        assert report.ok, [(r.error, r.failed_checks) for r in report.result.records]
        (folder,) = tmp_path.glob("runs/own/*-overfit/*-*")
        rows: dict[str, list[float]] = {}
        for row in csv.DictReader((folder / "metrics.csv").open()):
            rows.setdefault(row["name"], []).append(float(row["value"]))
        return folder, rows, report

    return train


def block(name, **settings):
    lines = [f"{key} = {value}" for key, value in settings.items()]
    return "\n".join([f'[callbacks.it]\n@callbacks = "lightning.{name}.v1"', *lines, ""])


def test_the_page_runs_as_it_stands(train, tmp_path):
    page = (ROOT / "docs" / "callbacks.md").read_text()
    configs = re.findall(r"```ini\n(.*?)```", page, re.DOTALL)
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    file = tmp_path / "loud.py"
    file.write_text(code)
    folder, rows, _ = train("".join(configs), [file])
    assert rows["epoch_ended"] == [0, 1, 2, 3, 4, 5]
    assert rows["lr-Adam"] == [0.01] * 6
    assert len(list(folder.glob("checkpoints/lightning/*.ckpt"))) == 2


def test_the_page_names_what_is_registered():
    page = (ROOT / "docs" / "callbacks.md").read_text()
    registered = {name for name in art.callbacks.names() if name.startswith("lightning.")}
    assert registered == set(re.findall(r"lightning\.\w+\.v\d+", page))


@pytest.mark.parametrize("monitor", ["val_loss", "val/accuracy"])
def test_early_stopping_stops(train, monitor):
    mode = '"max"' if monitor == "val_loss" else '"min"'  # so that no epoch is better
    stop = block("EarlyStopping", monitor=f'"{monitor}"', mode=mode, patience=2, min_delta=10)
    _, rows, _ = train(stop, epochs=20)
    assert rows["epochs"] == [3]


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("StochasticWeightAveraging", {"swa_lrs": 0.5, "swa_epoch_start": 2}),
        ("EMAWeightAveraging", {"decay": 0.99}),
        ("WeightAveraging", {}),
    ],
)
def test_averaged_weights_are_what_is_kept_and_scored(train, name, settings):
    folder, rows, report = train(block(name, **settings), stages='["overfit", "evaluate"]')
    kept = load_checkpoint(folder / "checkpoints" / "best.ckpt")["state_dict"]
    assert rows["norm"][-1] != pytest.approx(float(kept["net.weight"].norm()), rel=1e-3)
    before, after = (record.scores["val/accuracy"] for record in report.result.records)
    assert before == after
    anew = "it starts over" in (folder / "log.txt").read_text()
    assert anew == (name != "StochasticWeightAveraging")


def test_gradients_are_summed_up_by_a_schedule(train):
    _, rows, _ = train(block("GradientAccumulationScheduler", scheduling='{"0": 1, "2": 4}'))
    assert rows["steps"] == [2 * 8 + 4 * 2]


def test_pruned_weights_are_what_is_kept(train):
    folder, _, _ = train(block("ModelPruning", amount=0.5))
    kept = load_checkpoint(folder / "checkpoints" / "best.ckpt")["state_dict"]
    zeros = sum(int((value == 0).sum()) for value in kept.values())
    assert zeros >= 20  # of 42


def test_a_summary_is_written(train):
    folder, _, _ = train(block("ModelSummary", max_depth=2), epochs=1)
    assert "Linear" in (folder / "logs/module/version_0/summary.txt").read_text()


def test_lightnings_own_stay_out_of_one_batch(train):
    stop = block("EarlyStopping", monitor='"val_loss"')
    train(stop, epochs=2, stages='["loss_at_init", "overfit_one_batch", "overfit"]')


def test_a_wrapped_model_stops_early_and_logs_its_rate(small, tmp_path):
    more = (
        '[callbacks.stop]\n@callbacks = "lightning.EarlyStopping.v1"\nmonitor = "val/accuracy"\n'
        'mode = "min"\npatience = 1\nmin_delta = 10\n'
        '[callbacks.rate]\n@callbacks = "lightning.LearningRateMonitor.v1"\n'
        'logging_interval = "epoch"\n'
    )
    assert art.train(small(more, stages='["overfit"]')).ok
    (path,) = tmp_path.glob("runs/*/*/*/metrics.csv")
    rows = list(csv.DictReader(path.open()))
    assert sum(row["name"] == "val/accuracy" for row in rows) == 2
    rates = [float(row["value"]) for row in rows if row["name"] == "lr-AdamW"]
    assert rates == [0.01, 0.01]


def test_what_needs_lightnings_loop_is_refused_for_a_wrapped_model(small):
    report = art.train(small(block("EMAWeightAveraging"), stages='["overfit"]'))
    assert report.exit_code == 2
    assert "EMAWeightAveraging is for a LightningModule" in report.result.records[0].error
