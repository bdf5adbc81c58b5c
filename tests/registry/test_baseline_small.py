"""Baselines are fitted on as few rows as there are, and a loss may be a tensor of one number."""

from __future__ import annotations

import pytest

import art

PROGRAM = """
import pytorch_lightning as pl
import torch
from torch.utils.data import DataLoader, TensorDataset

import art


@art.data("two_rows.v1")
class Two(pl.LightningDataModule):
    def train_dataloader(self):
        x = torch.tensor([[0.0, 0.5, 0.25, 1.0], [1.0, 0.5, 0.25, 1.0]])
        return DataLoader(TensorDataset(x, torch.tensor([0.0, 1.0])))


@art.data("tokens.v1")
class Documents(pl.LightningDataModule):
    def train_dataloader(self):
        x = torch.randint(1, 50, (64, 12), generator=torch.Generator().manual_seed(0))
        return DataLoader(TensorDataset(x, (x < 10).any(1).long()), batch_size=16)


@art.models("tokens.v1")
class Bag(pl.LightningModule):
    def __init__(self):
        super().__init__()
        self.net = torch.nn.Sequential(torch.nn.EmbeddingBag(50, 8), torch.nn.Linear(8, 2))

    def training_step(self, batch, index):
        x, y = batch
        return torch.nn.functional.cross_entropy(self.net(x), y)

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=0.1)


@art.models("two_rows.v1")
class Line(pl.LightningModule):
    def __init__(self):
        super().__init__()
        self.net = torch.nn.Linear(4, 1)

    def training_step(self, batch, index):
        x, y = batch
        return (self.net(x)[:, 0] - y) ** 2  # of shape (1,), as in many first programs

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=0.1)
"""


@pytest.fixture(scope="module")
def code(tmp_path_factory):
    """One file: its parts are registered once."""
    file = tmp_path_factory.mktemp("small") / "small.py"
    file.write_text(PROGRAM)
    return file


@pytest.fixture
def run(tmp_path, code):
    """Runs the recipe, or one stage of it, on a program; gives the records by stage."""
    config = tmp_path / "small.cfg"

    def run(name, **overrides):
        config.write_text(
            f'[project]\nname = "small"\n[data]\n@data = "{name}.v1"\n[model]\n'
            f'@models = "{name}.v1"\n[training]\nmax_epochs = 40\n'
            f'[paths]\nruns = "{tmp_path / "runs"}"\n'
        )
        done = art.train(config, code=[code], overrides=overrides)
        assert done.ok, done.result.error
        return {record.stage: record for record in done.result.records}

    return run


def test_two_rows_pass_the_whole_recipe(run):
    records = run("two_rows")
    baseline = records["baseline"]
    assert baseline.scores["train/r2/nearest_neighbours"] == 0.0  # the mean of both
    assert not any("cannot be fitted" in note for note in baseline.notes)
    assert records["overfit"].scores["train/loss"] < 0.25


def test_a_baseline_that_does_not_fit_the_data_is_left_out_with_the_reason(run):
    chosen = ["majority", "gradient_boosting"]  # which takes no sparse counts of tokens
    overrides = {"project.stages": ["baseline"], "stages.baseline.models": chosen}
    baseline = run("tokens", **overrides)["baseline"]
    assert "train/accuracy/majority" in baseline.scores
    assert "train/accuracy/gradient_boosting" not in baseline.scores
    assert any("gradient_boosting cannot be fitted" in note for note in baseline.notes)
