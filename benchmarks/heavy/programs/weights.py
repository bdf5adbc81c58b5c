"""Models with many weights: a multilayer perceptron, and a transformer over token ids."""

from itertools import pairwise

import pytorch_lightning as pl
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import art


class Held(pl.LightningDataModule):
    """Three splits of rows that lie in memory."""

    def __init__(self, inputs: torch.Tensor, targets: torch.Tensor, batch_size: int) -> None:
        super().__init__()
        self.inputs, self.targets, self.batch_size = inputs, targets, batch_size

    def setup(self, stage: str) -> None:
        held = len(self.inputs) // 8
        bounds = [slice(2 * held, None), slice(held), slice(held, 2 * held)]
        self.parts = [TensorDataset(self.inputs[part], self.targets[part]) for part in bounds]

    def train_dataloader(self) -> DataLoader:
        return DataLoader(self.parts[0], batch_size=self.batch_size, shuffle=True)

    def val_dataloader(self) -> DataLoader:
        return DataLoader(self.parts[1], batch_size=self.batch_size)

    def test_dataloader(self) -> DataLoader:
        return DataLoader(self.parts[2], batch_size=self.batch_size)


class Classifier(pl.LightningModule):
    """Any network that gives a logit a class, trained with Adam."""

    def __init__(self, network: nn.Module, lr: float) -> None:
        super().__init__()
        self.network, self.lr = network, lr

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

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.Adam(self.parameters(), lr=self.lr)


class Reader(nn.Module):
    """A transformer encoder that reads a sequence of ids and names its class."""

    def __init__(self, words: int, width: int, layers: int, heads: int, classes: int) -> None:
        super().__init__()
        self.words = nn.Embedding(words, width)
        self.places = nn.Parameter(torch.randn(64, width) * 0.02)
        layer = nn.TransformerEncoderLayer(
            width, heads, 4 * width, dropout=0.0, batch_first=True, norm_first=True
        )
        self.layers = nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)
        self.classes = nn.Linear(width, classes)
        nn.init.normal_(self.words.weight, std=0.02)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        seen = self.layers(self.words(ids) + self.places[: ids.shape[1]])
        return self.classes(seen.mean(1))


def _blobs(rows: int, width: int) -> tuple[torch.Tensor, torch.Tensor]:
    draws = torch.Generator().manual_seed(0)
    targets = torch.randint(10, (rows,), generator=draws)
    centres = torch.randn(10, width, generator=draws)
    return centres[targets] + 2 * torch.randn(rows, width, generator=draws), targets


@art.data("heavy.rows.v1")
def rows(batch_size: int = 32) -> Held:
    """640 rows of 784 numbers: 15 batches of 32 an epoch, and two of each held-out split."""
    return Held(*_blobs(640, 784), batch_size)


@art.models("heavy.mlp.v1")
def mlp(width: int = 4096, layers: int = 2) -> Classifier:
    """By default 784 to 4096 to 4096 to 4096 to 10: 36.8 million parameters and the biases."""
    sizes = [784, *[width] * (layers + 1)]
    parts: list[nn.Module] = []
    for before, after in pairwise(sizes):
        parts += [nn.Linear(before, after), nn.ReLU()]
    return Classifier(nn.Sequential(*parts, nn.Linear(width, 10)), lr=1e-4)


@art.data("heavy.ids.v1")
def ids(batch_size: int = 8) -> Held:
    """Sequences of 16 ids; the class is which of four words is among them."""
    draws = torch.Generator().manual_seed(0)
    targets = torch.randint(4, (128,), generator=draws)
    found = torch.randint(10, 30_000, (128, 16), generator=draws)
    places = torch.randint(16, (128,), generator=draws)
    found[torch.arange(128), places] = targets
    return Held(found, targets, batch_size)


@art.models("heavy.transformer.v1")
def transformer(layers: int = 12, width: int = 768) -> Classifier:
    """By default 12 layers of width 768 and 30,522 words: 108.5 million parameters."""
    return Classifier(Reader(30_522, width, layers, 12, 4), lr=1e-4)
