"""A small transformer with padding: a digit as the list of its inked pixels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytorch_lightning as pl
import torch
import torchmetrics.functional as metrics
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader, Dataset

from benchmarks.faults import raw
from benchmarks.faults.hosts._data import ArraysData
from benchmarks.faults.program import Host

PAD = 0
SHADES = 2


class Sequences(Dataset[Any]):
    """Token ids of different lengths, and classes."""

    def __init__(self, sequences: list[Tensor], targets: Tensor) -> None:
        self.sequences, self.targets = sequences, targets

    def __len__(self) -> int:
        return len(self.targets)

    def __getitem__(self, index: int) -> dict[str, Tensor]:
        return {"input_ids": self.sequences[index], "label": self.targets[index]}


def collate(samples: list[dict[str, Tensor]]) -> dict[str, Tensor]:
    """A batch, padded to its longest sequence."""
    ids = [sample["input_ids"] for sample in samples]
    return {
        "input_ids": pad_sequence(ids, batch_first=True, padding_value=PAD),
        "label": torch.stack([sample["label"] for sample in samples]),
    }


class TokensData(ArraysData):
    """Digits as tokens: one for each inked pixel, for where it is and whether it is dark."""

    batch_size = 32

    def load(self) -> tuple[np.ndarray, np.ndarray]:
        """Images in 0..16, ten classes."""
        found = raw.digits()
        return found.inputs, found.targets

    def tokens(self, image: np.ndarray) -> Tensor:
        """The token ids of one image, 1..128; their number is that of its inked pixels."""
        ink = image.reshape(-1)
        where = np.flatnonzero(ink >= 5)
        return torch.from_numpy(1 + SHADES * where + (ink[where] >= 11)).long()

    def preprocess(self, inputs: np.ndarray) -> Tensor:
        """Token ids `(n, t)`, padded with 0."""
        return pad_sequence([self.tokens(image) for image in inputs], batch_first=True)

    def dataset(self, inputs: np.ndarray, targets: np.ndarray) -> Dataset[Any]:
        """Sequences of their own lengths."""
        return Sequences([self.tokens(image) for image in inputs], self.encode(targets))

    def loader(self, dataset: Dataset[Any], **settings: Any) -> DataLoader[Any]:
        """Pads each batch to its longest sequence."""
        return super().loader(dataset, collate_fn=collate, **settings)


class TokenNet(pl.LightningModule):
    """Embedding, one encoder layer with a padding mask, mean over what is no padding."""

    lr = 0.003
    width = 32

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(1 + 64 * SHADES, self.width, padding_idx=PAD)
        self.encoder = nn.TransformerEncoderLayer(
            self.width, nhead=4, dim_feedforward=64, dropout=0.1, batch_first=True
        )
        self.norm = nn.LayerNorm(self.width)
        self.head = nn.Linear(self.width, 10)

    def pool(self, x: Tensor, padding: Tensor) -> Tensor:
        """The mean over tokens that are no padding, `(n, width)`."""
        kept = (~padding).unsqueeze(-1).float()
        return (x * kept).sum(1) / kept.sum(1).clamp(min=1)

    def encode(self, ids: Tensor, padding: Tensor) -> Tensor:
        """The tokens after attention, `(n, t, width)`."""
        return self.encoder(self.embedding(ids), src_key_padding_mask=padding)

    def forward(self, ids: Tensor) -> Tensor:
        """Logits `(n, 10)`."""
        padding = ids == PAD
        return self.head(self.norm(self.pool(self.encode(ids, padding), padding)))

    def loss(self, outputs: Tensor, y: Tensor) -> Tensor:
        """Mean cross-entropy."""
        return F.cross_entropy(outputs, y)

    def accuracy(self, outputs: Tensor, y: Tensor) -> Tensor:
        """The share of a batch that is right."""
        return metrics.accuracy(outputs, y, task="multiclass", num_classes=10)

    def training_step(self, batch: dict[str, Tensor], batch_idx: int) -> Tensor:
        """One batch."""
        loss = self.loss(self(batch["input_ids"]), batch["label"])
        self.log("train_loss", loss, prog_bar=True)
        return loss

    def validation_step(self, batch: dict[str, Tensor], batch_idx: int) -> None:
        """Loss and accuracy on val."""
        logits = self(batch["input_ids"])
        size = len(logits)
        self.log("val_loss", self.loss(logits, batch["label"]), batch_size=size)
        self.log("val_accuracy", self.accuracy(logits, batch["label"]), batch_size=size)

    def test_step(self, batch: dict[str, Tensor], batch_idx: int) -> None:
        """Loss and accuracy on test."""
        logits = self(batch["input_ids"])
        size = len(logits)
        self.log("test_loss", self.loss(logits, batch["label"]), batch_size=size)
        self.log("test_accuracy", self.accuracy(logits, batch["label"]), batch_size=size)

    def configure_optimizers(self) -> Any:
        """AdamW with a one-cycle schedule by step."""
        optimizer = torch.optim.AdamW(self.parameters(), lr=self.lr)
        steps = int(self.trainer.estimated_stepping_batches)
        scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, self.lr * 2, total_steps=steps)
        return {
            "optimizer": optimizer,
            "lr_scheduler": {"scheduler": scheduler, "interval": "step"},
        }


HOST = Host(
    name="transformer",
    data=TokensData,
    model=TokenNet,
    apart=raw.digits_apart,
    max_epochs=10,
    metric="val_accuracy",
    floor=0.88,
)
