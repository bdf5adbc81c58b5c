"""Programs of science: forecasts in raw units, lifetimes, an equation instead of targets."""

from collections import deque

import pytorch_lightning as pl
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

import art


def series(count, seed):
    """Windows of 12 steps of waves around 40, and the 4 steps behind each."""
    draws = torch.Generator().manual_seed(seed)
    start = torch.rand(count, 1, generator=draws) * 6.28
    level = 40 + 5 * torch.randn(count, 1, generator=draws)
    waves = level + 8 * torch.sin(start + 0.5 * torch.arange(16.0))
    waves = waves + 0.2 * torch.randn(waves.shape, generator=draws)
    return TensorDataset(waves[:, :12], waves[:, 12:])


@art.data("stranger.RawSeries.v1")
class RawSeries(pl.LightningDataModule):
    def train_dataloader(self):
        return DataLoader(series(512, 0), batch_size=32, shuffle=True)

    def val_dataloader(self):
        return DataLoader(series(128, 1), batch_size=64)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(12, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU())
        self.back, self.ahead = nn.Linear(32, 12), nn.Linear(32, 4)

    def forward(self, x):
        code = self.body(x)
        return self.back(code), self.ahead(code)


@art.models("stranger.DoublyResidual.v1")
class DoublyResidual(pl.LightningModule):
    """N-BEATS' way (Oreshkin and others, 2020): the last block's backcast is thrown away."""

    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList(Block() for _ in range(2))

    def forward(self, x):
        forecast = 0
        for block in self.blocks:
            back, ahead = block(x)
            x, forecast = x - back, forecast + ahead
        return forecast

    def step(self, batch, name):
        past, future = batch
        loss = F.l1_loss(self(past), future)
        self.log(f"{name}_loss", loss)
        return loss

    def training_step(self, batch, index):
        return self.step(batch, "train")

    def validation_step(self, batch, index):
        self.step(batch, "val")

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=2e-3)


@art.data("stranger.Lifetimes.v1")
class Lifetimes(pl.LightningDataModule):
    def loader(self, count, seed):
        draws = torch.Generator().manual_seed(seed)
        x = torch.randn(count, 6, generator=draws)
        times = torch.exp(x[:, 0] - x[:, 1] + 0.3 * torch.randn(count, generator=draws))
        return DataLoader(TensorDataset(x, times), batch_size=32, shuffle=seed == 0)

    def train_dataloader(self):
        return self.loader(512, 0)

    def val_dataloader(self):
        return self.loader(128, 1)


@art.models("stranger.RankedInABank.v1")
class RankedInABank(pl.LightningModule):
    """Ranks a batch against a bank of earlier ones, which validation fills as well."""

    def __init__(self):
        super().__init__()
        self.network = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 1))
        self.bank = deque(maxlen=4)

    def forward(self, x):
        return self.network(x)

    def step(self, batch, name):
        x, times = batch
        risk = self(x).squeeze(1)
        risks = torch.cat([risk, *(old for old, _ in self.bank)])
        order = torch.cat([times, *(old for _, old in self.bank)]).argsort(descending=True)
        loss = (risks[order].logcumsumexp(0) - risks[order]).mean()  # Cox 1972, all observed
        self.bank.append((risk.detach(), times))
        self.log(f"{name}_loss", loss)
        return loss

    def training_step(self, batch, index):
        return self.step(batch, "train")

    def validation_step(self, batch, index):
        return self.step(batch, "val")

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=2e-3)


@art.data("stranger.Times.v1")
class Times(pl.LightningDataModule):
    def train_dataloader(self):
        times = 2 * torch.rand(256, 1, generator=torch.Generator().manual_seed(0))
        return DataLoader(times, batch_size=32, shuffle=True)

    def val_dataloader(self):
        return DataLoader(torch.linspace(0, 2, 64)[:, None], batch_size=32)


@art.models("stranger.Decay.v1")
class Decay(pl.LightningModule):
    """Solves u' = -u, u(0) = 1 (Raissi and others, 2019); its loss needs gradients everywhere."""

    def __init__(self):
        super().__init__()
        self.network = nn.Sequential(nn.Linear(1, 16), nn.Tanh(), nn.Linear(16, 1))

    def forward(self, t):
        return self.network(t)

    def step(self, times, name):
        with torch.enable_grad():
            t = times.clone().requires_grad_(True)
            u = self(t)
            (slope,) = torch.autograd.grad(u.sum(), t, create_graph=True)
            loss = ((slope + u) ** 2).mean() + (self(torch.zeros(1, 1)) - 1).square().mean()
        self.log(f"{name}_residual", loss.detach())
        return loss

    def training_step(self, batch, index):
        return self.step(batch, "train")

    def validation_step(self, batch, index):
        return self.step(batch, "val")

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=5e-3)
