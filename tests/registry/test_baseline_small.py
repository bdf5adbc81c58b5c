"""A baseline that does not fit the data is left out, and the report says why."""

from __future__ import annotations

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


@art.models("two_rows.v1")
class Line(pl.LightningModule):
    def __init__(self):
        super().__init__()
        self.net = torch.nn.Linear(4, 1)

    def training_step(self, batch, index):
        x, y = batch
        return ((self.net(x)[:, 0] - y) ** 2).mean()

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=0.1)
"""


def test_too_few_rows_for_neighbours_crash_nothing(tmp_path):
    code, config = tmp_path / "two_rows.py", tmp_path / "two.cfg"
    code.write_text(PROGRAM)
    config.write_text(
        '[project]\nname = "two"\nstages = ["baseline"]\n[data]\n@data = "two_rows.v1"\n'
        f'[model]\n@models = "two_rows.v1"\n[paths]\nruns = "{tmp_path / "runs"}"\n'
    )
    done = art.train(config, code=[code])
    assert done.ok
    (record,) = done.result.records
    assert "train/r2/ridge" in record.scores
    assert "train/r2/nearest_neighbours" not in record.scores
    assert any("nearest_neighbours cannot be fitted" in note for note in record.notes)
