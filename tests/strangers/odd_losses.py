"""Losses that look wrong and are not."""

import pytorch_lightning as pl
import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

import art


def digits(start, stop):
    x, y = load_digits(return_X_y=True)
    return TensorDataset(torch.tensor(x[start:stop]).float() / 16, torch.tensor(y[start:stop]))


@art.data("stranger.Flat.v1")
class Flat(pl.LightningDataModule):
    def train_dataloader(self):
        return DataLoader(digits(0, 640), batch_size=32, shuffle=True)

    def val_dataloader(self):
        return DataLoader(digits(640, 896), batch_size=64)


@art.data("stranger.NoValidation.v1")
class NoValidation(pl.LightningDataModule):
    def train_dataloader(self):
        return DataLoader(digits(0, 640), batch_size=32, shuffle=True)


class Net(pl.LightningModule):
    rate = 2e-3

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(64, 48), nn.ReLU())
        self.head = nn.Linear(48, 10)

    def forward(self, x):
        return self.head(self.body(x))

    def training_step(self, batch, batch_idx):
        x, y = batch
        loss = F.cross_entropy(self(x), y)
        self.log("train_loss", loss)
        return loss

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.rate)


@art.models("stranger.SummedVAE.v1")
class SummedVAE(pl.LightningModule):
    """Both parts are sums over the batch, as in the example of PyTorch that most copy."""

    def __init__(self):
        super().__init__()
        self.fc1, self.fc21, self.fc22 = nn.Linear(64, 48), nn.Linear(48, 6), nn.Linear(48, 6)
        self.fc3, self.fc4 = nn.Linear(6, 48), nn.Linear(48, 64)

    def forward(self, x):
        h = F.relu(self.fc1(x))
        mu, logvar = self.fc21(h), self.fc22(h)
        z = mu + torch.randn_like(mu) * torch.exp(0.5 * logvar)
        return torch.sigmoid(self.fc4(F.relu(self.fc3(z)))), mu, logvar

    def training_step(self, batch, batch_idx):
        x, _ = batch
        recon, mu, logvar = self(x)
        bce = F.binary_cross_entropy(recon, x, reduction="sum")
        kld = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
        self.log("train_loss", (bce + kld) / len(x))
        return bce + kld

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=1e-3)


@art.models("stranger.Annealed.v1")
class Annealed(SummedVAE):
    """The weight of the KL divergence grows with the steps."""

    def training_step(self, batch, batch_idx):
        x, _ = batch
        recon, mu, logvar = self(x)
        kld = -0.5 * torch.mean(torch.sum(1 + logvar - mu.pow(2) - logvar.exp(), dim=1))
        beta = min(1.0, self.global_step / 40)
        loss = F.binary_cross_entropy(recon, x) + 0.02 * beta * kld
        self.log("loss", loss)
        return loss


@art.models("stranger.Similarity.v1")
class Similarity(Net):
    """forward compares the samples of a batch; those of one class are to be alike."""

    def forward(self, x):
        z = F.normalize(self.head(self.body(x)), dim=1)
        return z @ z.t()

    def training_step(self, batch, batch_idx):
        x, y = batch
        alike = (y[:, None] == y[None]).float()
        own = torch.eye(len(x), dtype=torch.bool)
        logits = (self(x) / 0.2).masked_fill(own, -1e9)
        log_share = logits - logits.logsumexp(1, keepdim=True)
        alike = alike.masked_fill(own, 0)
        loss = -((log_share.masked_fill(own, 0) * alike).sum(1) / alike.sum(1).clamp(min=1)).mean()
        self.log("train_loss", loss)
        return loss


@art.models("stranger.Negative.v1")
class Negative(Net):
    """Two noisy views are to be alike: the loss is a negative cosine, -1 at best."""

    def __init__(self):
        super().__init__()
        self.predictor = nn.Sequential(nn.Linear(10, 16), nn.ReLU(), nn.Linear(16, 10))

    def training_step(self, batch, batch_idx):
        one, two = (self(batch[0] + 0.1 * torch.randn_like(batch[0])) for _ in range(2))
        loss = (
            -(
                F.cosine_similarity(self.predictor(one), two.detach()).mean()
                + F.cosine_similarity(self.predictor(two), one.detach()).mean()
            )
            / 2
        )
        self.log("train_loss", loss)
        return loss


@art.models("stranger.Reinforce.v1")
class Reinforce(Net):
    """A bandit: the label is never told, only whether the drawn action was right."""

    def __init__(self):
        super().__init__()
        self.baseline = 0.1

    def training_step(self, batch, batch_idx):
        x, y = batch
        chances = torch.distributions.Categorical(logits=self(x))
        actions = chances.sample()
        rewards = (actions == y).float()
        loss = -(chances.log_prob(actions) * (rewards - self.baseline)).mean()
        self.baseline = 0.95 * self.baseline + 0.05 * rewards.mean().item()
        self.log("train_loss", loss)
        self.log("reward", rewards.mean())
        return loss


@art.models("stranger.Stars.v1")
class Stars(Net):
    """Learns an order: the labels are amounts, and whole numbers."""

    def __init__(self):
        super().__init__()
        self.head = nn.Linear(48, 1)

    def training_step(self, batch, batch_idx):
        x, _ = batch
        stars = (x[:, 20:44].sum(1) / 3).round().clamp(1, 5)
        loss = F.mse_loss(self(x).squeeze(1), stars)
        self.log("train_loss", loss)
        return loss
