"""The range test: at which rates the loss falls, what it suggests, and what it says of the own."""

from __future__ import annotations

import csv
from itertools import pairwise

import pytest
import pytorch_lightning as pl
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import art

CONFIG = """
[project]
name = "range"
stages = ["lr_range"]
[paths]
runs = "{runs}"
[task]
@tasks = "art.ImageClassification.v1"
[data]
@data = "art.Digits.v1"
[model]
@models = "art.MLP.v1"
[optimizer]
@optimizers = "torch.{optimizer}.v1"
lr = {lr}
[stages.lr_range]
@stages = "art.LearningRateRange.v1"
max_steps = 100
"""


@pytest.fixture
def tried(tmp_path):
    """The record of a range test on digits."""

    def run(optimizer="AdamW", lr=0.001, text=CONFIG, **more):
        config = tmp_path / "range.cfg"
        config.write_text(text.format(runs=tmp_path / "runs", optimizer=optimizer, lr=lr))
        (record,) = art.train(config, **more).result.records
        return record

    return run


def test_a_rate_is_suggested_at_which_the_loss_falls_and_a_good_own_one_is_let_be(tried, tmp_path):
    record = tried()
    assert record.status == "passed" and all(check.passed for check in record.checks)
    assert 3e-4 < record.scores["rate/suggested"] < 5e-3
    folder = next((tmp_path / "runs").rglob("record.json")).parent
    assert (folder / "figures" / "loss_by_rate.png").exists()
    with (folder / "tables" / "rates.csv").open() as file:
        rows = [[float(value) for value in row.values()] for row in csv.DictReader(file)]
    rates = [row[0] for row in rows]
    assert rates[0] == pytest.approx(1e-6) and len(rates) >= 50
    steps = [later / rate for rate, later in pairwise(rates)]
    assert max(steps) == pytest.approx(min(steps)) == pytest.approx(10 ** (7 / 99))
    lowest = min(rows, key=lambda row: row[2])
    assert lowest[0] == pytest.approx(record.scores["rate/lowest_loss"])
    assert lowest[2] < 0.5 * rows[0][2]
    assert "suggests [optimizer] lr" in (folder / "log.txt").read_text()


def test_another_optimizer_has_other_rates(tried):
    adam, sgd = tried(), tried("SGD")
    assert sgd.scores["rate/suggested"] > 5 * adam.scores["rate/suggested"]


@pytest.mark.parametrize(("lr", "check"), [(0.5, "too_high"), (1e-6, "too_low")])
def test_a_rate_that_is_far_off_is_warned_of(tried, lr, check):
    record = tried(lr=lr)
    assert record.status == "passed"
    assert [one.name for one in record.checks if not one.passed] == [check]


def test_groups_keep_their_ratio_and_the_steps_are_of_the_users_module(tried):
    seen = []

    @art.models("range.TwoRates.v1")
    class TwoRates(pl.LightningModule):
        def __init__(self):
            super().__init__()
            self.body, self.head = nn.Linear(6, 16), nn.Linear(16, 1)

        def training_step(self, batch, batch_idx):
            seen.append([group["lr"] for group in self.optimizers().param_groups])
            said = self.head(self.body(batch[0]).relu())
            return nn.functional.mse_loss(said, batch[1])

        def configure_optimizers(self):
            body = {"params": self.body.parameters(), "lr": 1e-4}
            optimizer = torch.optim.Adam([body, {"params": self.head.parameters()}], lr=1e-3)
            return [optimizer], [torch.optim.lr_scheduler.StepLR(optimizer, 1)]

    @art.data("range.Line.v1")
    class Line(pl.LightningDataModule):
        def train_dataloader(self):
            x = torch.randn(320, 6, generator=torch.Generator().manual_seed(0))
            return DataLoader(TensorDataset(x, x[:, :1] * 2), 32)

    text = CONFIG.replace('@tasks = "art.ImageClassification.v1"', "").replace("[task]\n", "")
    text = text.replace("art.Digits.v1", "range.Line.v1")
    text = text.replace("art.MLP.v1", "range.TwoRates.v1")
    text = text[: text.index("[optimizer]")] + text[text.index("[stages.lr_range]") :]
    record = tried(text=text)
    assert record.status == "passed", record.error
    assert record.scores["rate/own"] == pytest.approx(1e-3)
    assert 1e-4 < record.scores["rate/suggested"] < 0.1
    body, head = seen[-1]
    assert body == pytest.approx(head / 10)


def test_ends_the_wrong_way_round_are_refused(tried):
    text = CONFIG + "lowest = 0.1\nhighest = 0.01\n"
    record = tried(text=text)
    assert record.status == "refused" and "highest must be larger" in record.error


GRID = (1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0)
BESIDE = """
[project]
name = "beside"
stages = ["lr_range", "overfit"]
[paths]
runs = "{runs}"
[task]
@tasks = "art.{task}.v1"
[data]
@data = "art.{data}.v1"
[model]
@models = "art.MLP.v1"
[optimizer]
@optimizers = "torch.{optimizer}.v1"
lr = {lr}
[training]
max_epochs = 10
[stages.lr_range]
@stages = "art.LearningRateRange.v1"
[stages.overfit]
checks = {{}}
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("task", "data", "optimizer", "score", "near"),
    [
        ("ImageClassification", "Digits", "AdamW", "val/accuracy", 0.06),
        ("ImageClassification", "Digits", "SGD", "val/accuracy", 0.06),
        ("TabularClassification", "BreastCancer", "AdamW", "val/accuracy", 0.06),
        ("TabularClassification", "BreastCancer", "SGD", "val/accuracy", 0.06),
        ("TabularRegression", "Diabetes", "AdamW", "val/r2", 0.05),
    ],
)
def test_the_suggested_rate_trains_nearly_as_well_as_the_best_of_six(
    tmp_path, task, data, optimizer, score, near
):
    def trained(rate):
        config = tmp_path / f"{rate}.cfg"
        values = {"task": task, "data": data, "optimizer": optimizer, "lr": rate}
        config.write_text(BESIDE.format(runs=tmp_path / f"runs{rate}", **values))
        return art.train(config).result.records

    scores = {rate: trained(rate)[-1].scores.get(score, -1.0) for rate in GRID}
    rate = art.report(tmp_path / "runs0.001" / "beside").stages[0].scores["rate/suggested"]
    assert trained(rate)[-1].scores[score] >= max(scores.values()) - near, (rate, scores)
