"""Which weights of a run are kept where the module optimizes by hand and says no loss."""

from __future__ import annotations

import pytest

import art
from art.training.checkpoints.door import load_checkpoint

PROGRAM = """
import pytorch_lightning as pl
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

import art


@art.data("adversary.v1")
class Points(pl.LightningDataModule):
    def train_dataloader(self):
        x = torch.randn(128, 2, generator=torch.Generator().manual_seed(0))
        return DataLoader(TensorDataset(x + 2), 32, shuffle=True)

    def val_dataloader(self):
        x = torch.randn(64, 2, generator=torch.Generator().manual_seed(1))
        return DataLoader(TensorDataset(x + 2), 32)


@art.models("adversary.v1")
class Adversary(pl.LightningModule):
    def __init__(self, nan_at: int = -1, every: int = 1):
        super().__init__()
        self.automatic_optimization = False
        self.nan_at, self.every = nan_at, every
        self.generator = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 2))
        self.judge = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 1))

    def training_step(self, batch, index):
        (real,) = batch
        first, second = self.optimizers()
        self.toggle_optimizer(first)
        fake = self.generator(torch.randn_like(real))
        said = self.judge(fake)
        g_loss = F.binary_cross_entropy_with_logits(said, torch.ones_like(said))
        self.manual_backward(g_loss)
        if self.every and index % self.every == self.every - 1:
            first.step()
        first.zero_grad()
        self.untoggle_optimizer(first)
        self.toggle_optimizer(second)
        good, bad = self.judge(real), self.judge(fake.detach())
        d_loss = F.softplus(-good).mean() + F.softplus(bad).mean()
        if self.global_step == self.nan_at:
            d_loss = d_loss * float("nan")
        self.manual_backward(d_loss)
        second.step()
        second.zero_grad()
        self.untoggle_optimizer(second)
        self.log_dict({"g_loss": g_loss, "d_loss": d_loss})

    def validation_step(self, batch, index):
        (real,) = batch
        fake = self.generator(torch.randn_like(real))
        # best in the third epoch of five
        self.log("val_distance", (self.current_epoch - 2.0) ** 2 + 0 * fake.mean())

    def configure_optimizers(self):
        return (
            torch.optim.Adam(self.generator.parameters(), lr=1e-3),
            torch.optim.Adam(self.judge.parameters(), lr=1e-3),
        )
"""

CONFIG = """
[project]
name = "adversary"
stages = ["{stage}"]
[paths]
runs = "{runs}"
[data]
@data = "adversary.v1"
[model]
@models = "adversary.v1"
[training]
max_epochs = 5
"""


@pytest.fixture(scope="module")
def code(tmp_path_factory):
    path = tmp_path_factory.mktemp("adversary") / "adversary.py"
    path.write_text(PROGRAM)
    return path


@pytest.fixture
def run(tmp_path, code):
    """Trains the program in one stage; gives the report and the record's folder."""

    def run(stage="overfit", **overrides):
        config = tmp_path / "adversary.cfg"
        config.write_text(CONFIG.format(stage=stage, runs=tmp_path / "runs"))
        done = art.train(config, code=[code], overrides=overrides)
        return done, next((tmp_path / "runs").glob(f"*/*-{stage}/*/"))

    return run


def test_the_last_weights_are_kept_where_nothing_says_which_are_best(run):
    done, folder = run()
    assert done.ok
    assert load_checkpoint(folder / "checkpoints" / "best.ckpt")["epoch"] == 4
    assert "the weights of the last epoch are kept" in (folder / "log.txt").read_text()


def test_a_declared_direction_says_which_weights_are_best(run):
    _, folder = run(**{"contract.directions": {"val_distance": "min"}})
    assert load_checkpoint(folder / "checkpoints" / "best.ckpt")["epoch"] == 2
    assert "the weights of the last epoch" not in (folder / "log.txt").read_text()


def test_a_second_loss_that_is_lost_closes_the_gate_and_crashes_nothing(run):
    done, _ = run(**{"model.nan_at": 9})
    (record,) = done.result.records
    assert record.status == "failed", record.error
    (finite,) = (check for check in record.checks if check.name == "finite")
    assert "training diverged at step" in finite.message and "the loss is nan" in finite.message


@pytest.mark.parametrize(("every", "found"), [(1, False), (12, False), (0, True)])
def test_an_optimizer_that_never_steps_is_named(run, every, found):
    probes = {"stages.overfit_one_batch.probes": ["art.ParameterLedger.v1"]}
    done, _ = run("overfit_one_batch", **{"model.every": every, **probes})
    (record,) = done.result.records
    sound = next(check for check in record.checks if check.name == "sound")
    assert ("an optimizer never takes a step" in sound.message) is found
    assert sound.passed is not found
