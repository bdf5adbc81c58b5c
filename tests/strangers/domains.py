"""Domains that are to look alike, and triplets."""

import pytorch_lightning as pl
import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

import art


def digits(start, stop):
    x, y = load_digits(return_X_y=True)
    return torch.tensor(x[start:stop], dtype=torch.float32) / 16, torch.tensor(y[start:stop])


@art.data("stranger.Domains.v1")
class Domains(pl.LightningDataModule):
    """Labelled pictures of one domain, unlabelled ones of another, at once."""

    def train_dataloader(self):
        x, y = digits(0, 600)
        other = digits(600, 1200)[0] * 0.5 + 0.3
        return DataLoader(TensorDataset(x, y, other), batch_size=32, shuffle=True)

    def val_dataloader(self):
        x, y = digits(1200, 1500)
        return DataLoader(TensorDataset(x * 0.5 + 0.3, y), batch_size=50)


class Reversed(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.view_as(x)

    @staticmethod
    def backward(ctx, grad):
        return -grad


@art.models("stranger.DANN.v1")
class DANN(pl.LightningModule):
    """A discriminator of domains behind a reversed gradient: its loss is to rise in the end."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Linear(64, 48), nn.ReLU())
        self.classes, self.domain = nn.Linear(48, 10), nn.Linear(48, 2)

    def forward(self, x):
        return self.classes(self.features(x))

    def training_step(self, batch, batch_idx):
        x, y, other = batch
        mine, theirs = self.features(x), self.features(other)
        both = self.domain(Reversed.apply(torch.cat([mine, theirs])))
        where = torch.cat([torch.zeros(len(x)), torch.ones(len(other))]).long()
        class_loss = F.cross_entropy(self.classes(mine), y)
        domain_loss = F.cross_entropy(both, where)
        self.log("class_loss", class_loss)
        self.log("domain_loss", domain_loss)
        return class_loss + domain_loss

    def validation_step(self, batch, batch_idx):
        x, y = batch
        self.log("val_acc", (self(x).argmax(1) == y).float().mean())

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=2e-3)


@art.data("stranger.Triplets.v1")
class Triplets(pl.LightningDataModule):
    def make(self, start, stop, seed):
        x, y = digits(start, stop)
        draws = torch.Generator().manual_seed(seed)
        like = (y[:, None] == y[None]).float()
        positive = torch.multinomial(like, 1, generator=draws)[:, 0]
        negative = torch.multinomial(1 - like, 1, generator=draws)[:, 0]
        return TensorDataset(x, x[positive], x[negative])

    def train_dataloader(self):
        return DataLoader(self.make(0, 600, 0), batch_size=32, shuffle=True)

    def val_dataloader(self):
        return DataLoader(self.make(600, 900, 1), batch_size=50)


@art.models("stranger.Triplet.v1")
class Triplet(pl.LightningModule):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 16))
        self.criterion = nn.TripletMarginLoss(margin=0.5)

    def forward(self, x):
        return F.normalize(self.net(x), dim=1)

    def training_step(self, batch, batch_idx):
        anchor, positive, negative = batch
        loss = self.criterion(self(anchor), self(positive), self(negative))
        self.log("train_loss", loss)
        return loss

    def validation_step(self, batch, batch_idx):
        anchor, positive, negative = (self(part) for part in batch)
        near, far = (anchor - positive).norm(dim=1), (anchor - negative).norm(dim=1)
        self.log("val_acc", (near < far).float().mean())

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=1e-3)
