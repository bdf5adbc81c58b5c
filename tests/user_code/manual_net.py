"""A LightningModule with manual optimization and two optimizers: a regression."""

import pytorch_lightning as pl
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class DiabetesData(pl.LightningDataModule):
    def setup(self, stage=None):
        from sklearn.datasets import load_diabetes

        x, y = load_diabetes(return_X_y=True, scaled=False)
        x = torch.tensor((x - x.mean(0)) / x.std(0), dtype=torch.float32)
        y = torch.tensor((y - y.mean()) / y.std(), dtype=torch.float32).unsqueeze(1)
        order = torch.randperm(len(x), generator=torch.Generator().manual_seed(0))
        self.parts = [TensorDataset(x[part], y[part]) for part in order.split([310, 66, 66])]

    def train_dataloader(self):
        return DataLoader(self.parts[0], batch_size=32, shuffle=True)

    def val_dataloader(self):
        return DataLoader(self.parts[1], batch_size=66)

    def test_dataloader(self):
        return DataLoader(self.parts[2], batch_size=66)


class ManualNet(pl.LightningModule):
    def __init__(self):
        super().__init__()
        self.automatic_optimization = False
        self.body = nn.Sequential(nn.Linear(10, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh())
        self.head = nn.Linear(64, 1)

    def forward(self, x):
        return self.head(self.body(x))

    def training_step(self, batch, batch_idx):
        body, head = self.optimizers()
        x, y = batch
        loss = nn.functional.mse_loss(self(x), y)
        body.zero_grad()
        head.zero_grad()
        self.manual_backward(loss)
        body.step()
        head.step()
        self.log("train_loss", loss, prog_bar=True)

    def validation_step(self, batch, batch_idx):
        x, y = batch
        self.log("val_loss", nn.functional.mse_loss(self(x), y))

    def configure_optimizers(self):
        return (
            torch.optim.Adam(self.body.parameters(), lr=3e-3),
            torch.optim.Adam(self.head.parameters(), lr=3e-3),
        )
