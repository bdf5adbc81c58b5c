"""Sound programs that gates once closed on, and one that is worse than a constant answer."""

import pytorch_lightning as pl
import torch
from sklearn.datasets import load_digits, load_wine
from sklearn.metrics import f1_score
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset, random_split

import art


class _Parts(pl.LightningDataModule):
    """Three splits as loaders."""

    batch_size = 16

    def train_dataloader(self):
        return DataLoader(self.parts[0], batch_size=self.batch_size, shuffle=True)

    def val_dataloader(self):
        return DataLoader(self.parts[1], batch_size=self.batch_size)

    def test_dataloader(self):
        return DataLoader(self.parts[2], batch_size=self.batch_size)


@art.data("sound.Wine.v1")
class Wine(_Parts):
    def setup(self, stage=None):
        inputs, targets = load_wine(return_X_y=True)
        inputs = (inputs - inputs.mean(0)) / inputs.std(0)
        wine = TensorDataset(torch.tensor(inputs).float(), torch.tensor(targets))
        self.parts = random_split(wine, [118, 30, 30], torch.Generator().manual_seed(0))


@art.models("sound.Smoothed.v1")
class Smoothed(pl.LightningModule):
    """A loss with a floor, through label smoothing."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(13, 64), nn.ReLU(), nn.Linear(64, 3))

    def forward(self, x):
        return self.net(x)

    def training_step(self, batch, index):
        loss = functional.cross_entropy(self(batch[0]), batch[1], label_smoothing=0.1)
        self.log("train_loss", loss)
        return loss

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=0.01)


@art.data("sound.RareEights.v1")
class RareEights(_Parts):
    """Noisy digits: is it an eight?"""

    def setup(self, stage=None):
        pixels, digits = load_digits(return_X_y=True)
        inputs = torch.tensor(pixels / 16).float()
        noise = torch.randn(inputs.shape, generator=torch.Generator().manual_seed(5))
        rows = TensorDataset(inputs + 0.35 * noise, torch.tensor((digits == 8).astype(int)))
        self.parts = random_split(rows, [900, 450, 447], torch.Generator().manual_seed(7))


@art.models("sound.CountedF1.v1")
class CountedF1(pl.LightningModule):
    """A small network that logs the F1 of the whole split."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 2))
        self.seen = []

    def forward(self, x):
        return self.net(x)

    def training_step(self, batch, index):
        return functional.cross_entropy(self(batch[0]), batch[1])

    def validation_step(self, batch, index):
        outputs = self(batch[0])
        self.log("val_loss", functional.cross_entropy(outputs, batch[1]))
        self.seen.append((batch[1], outputs.argmax(1)))

    def on_validation_epoch_end(self):
        true, found = (torch.cat(parts) for parts in zip(*self.seen, strict=True))
        self.log("val_f1", float(f1_score(true, found, zero_division=0)))
        self.seen = []

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=0.001)


@art.data("sound.NoVal.v1")
class NoVal(Wine):
    """Wine without a validation split."""

    val_dataloader = pl.LightningDataModule.val_dataloader


@art.models("sound.Contrary.v1")
class Contrary(nn.Module):
    """Takes every answer back once it is asked in earnest."""

    def __init__(self):
        super().__init__()
        self.net = nn.Linear(13, 3)

    def forward(self, x):
        return self.net(x) if self.training else -self.net(x)
