"""A small module whose set-up and whose model take their time; both count how often they are made.

`HEAVY_COUNTS` names the file of the counts, `HEAVY_SECONDS` how long a `setup` takes.
"""

import os
import time
from pathlib import Path

import pytorch_lightning as pl
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import art


def count(what: str) -> None:
    with Path(os.environ["HEAVY_COUNTS"]).open("a") as file:
        file.write(what + "\n")


class Rings(pl.LightningDataModule):
    def prepare_data(self) -> None:
        count("prepare_data")

    def setup(self, stage: str) -> None:
        count("setup")
        time.sleep(float(os.environ.get("HEAVY_SECONDS", "0")))
        draws = torch.Generator().manual_seed(0)
        inputs = torch.randn(480, 8, generator=draws)
        targets = (inputs[:, :2].norm(dim=1) > 1.2).long()
        self.parts = [
            TensorDataset(inputs[part], targets[part])
            for part in (slice(320), slice(320, 400), slice(400, 480))
        ]

    def train_dataloader(self) -> DataLoader:
        return DataLoader(self.parts[0], batch_size=32, shuffle=True)

    def val_dataloader(self) -> DataLoader:
        return DataLoader(self.parts[1], batch_size=32)

    def test_dataloader(self) -> DataLoader:
        return DataLoader(self.parts[2], batch_size=32)


class Small(pl.LightningModule):
    def __init__(self) -> None:
        super().__init__()
        count("model")
        time.sleep(float(os.environ.get("HEAVY_SECONDS", "0")) / 4)
        self.network = nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 2))

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return self.network(inputs)

    def _step(self, batch: list[torch.Tensor], split: str) -> torch.Tensor:
        inputs, targets = batch
        loss = nn.functional.cross_entropy(self(inputs), targets)
        self.log(f"{split}_loss", loss)
        return loss

    def training_step(self, batch: list[torch.Tensor], index: int) -> torch.Tensor:
        return self._step(batch, "train")

    def validation_step(self, batch: list[torch.Tensor], index: int) -> None:
        self._step(batch, "val")

    def test_step(self, batch: list[torch.Tensor], index: int) -> None:
        self._step(batch, "test")

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.Adam(self.parameters(), lr=3e-3)


@art.data("heavy.slow.v1")
def rings() -> Rings:
    return Rings()


@art.models("heavy.slow.v1")
def small() -> Small:
    return Small()
