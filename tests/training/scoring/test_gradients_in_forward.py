"""A module whose forward takes gradients is validated and scored like any other."""

from __future__ import annotations

import art

PROGRAM = """
import pytorch_lightning as pl
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

import art


def springs(count, seed):
    place = torch.randn(count, 2, generator=torch.Generator().manual_seed(seed))
    return TensorDataset(place, -place)  # the force of a spring


@art.data("forces.v1")
class Springs(pl.LightningDataModule):
    def train_dataloader(self):
        return DataLoader(springs(256, 0), batch_size=32, shuffle=True)

    def val_dataloader(self):
        return DataLoader(springs(64, 1), batch_size=32)


@art.models("forces.v1")
class Energy(pl.LightningModule):
    def __init__(self):
        super().__init__()
        self.energy = nn.Sequential(nn.Linear(2, 32), nn.Tanh(), nn.Linear(32, 1))

    def forward(self, place):
        with torch.enable_grad():
            place = place.clone().requires_grad_(True)
            (slope,) = torch.autograd.grad(self.energy(place).sum(), place, create_graph=True)
        return -slope

    def step(self, batch, name):
        place, force = batch
        loss = F.mse_loss(self(place), force)
        self.log(f"{name}_loss", loss)
        return loss

    def training_step(self, batch, index):
        return self.step(batch, "train")

    def validation_step(self, batch, index):
        self.step(batch, "val")

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=1e-2)
"""


def test_forces_are_scored_on_both_splits(tmp_path):
    code, config = tmp_path / "forces.py", tmp_path / "forces.cfg"
    code.write_text(PROGRAM)
    config.write_text(
        '[project]\nname = "forces"\nstages = ["overfit"]\n[data]\n@data = "forces.v1"\n'
        '[model]\n@models = "forces.v1"\n[training]\nmax_epochs = 10\n'
        f'[paths]\nruns = "{tmp_path / "runs"}"\n'
    )
    done = art.train(config, code=[code])
    assert done.ok, done.result.error
    scores = done.scores("overfit")
    assert scores["val_loss"] < 0.2
    assert scores["train/r2"] > 0.8 and scores["val/r2"] > 0.8
