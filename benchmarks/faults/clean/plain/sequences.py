"""Plain programs on sequences: rows of digits, tokens, patches."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_sequence
from torch.utils.data import DataLoader, Dataset

from benchmarks.faults.clean import _data as data
from benchmarks.faults.clean._register import plain
from benchmarks.faults.clean._steps import Functional, Objects


@plain("rows_gru_time_first", data.Rows, epochs=10)
class TimeFirst(Functional):
    """A GRU that takes time first, and is given it."""

    lr = 0.01

    def __init__(self) -> None:
        super().__init__()
        self.gru = nn.GRU(8, 32)
        self.out = nn.Linear(32, 10)

    def forward(self, x: Tensor) -> Tensor:
        _, last = self.gru(x.transpose(0, 1))
        return self.out(last[0])


@plain("rows_bidirectional_lstm", data.Rows, epochs=8)
class Bidirectional(Objects):
    """A bidirectional LSTM, the mean over time, clipped gradients."""

    lr = 0.01

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(8, 24, batch_first=True, bidirectional=True)
        self.out = nn.Sequential(nn.Dropout(0.1), nn.Linear(48, 10))

    def forward(self, x: Tensor) -> Tensor:
        return self.out(self.lstm(x)[0].mean(dim=1))

    def configure_gradient_clipping(self, optimizer: Any, *args: Any, **kwargs: Any) -> None:
        self.clip_gradients(optimizer, gradient_clip_val=1.0, gradient_clip_algorithm="norm")


@plain("rows_conv1d", data.Rows, epochs=10)
class Conv1d(Functional):
    """Convolutions over the rows, the columns as channels, a maximum over time."""

    lr = 0.005

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(8, 32, 3, padding=1)
        self.conv2 = nn.Conv1d(32, 32, 3, padding=1)
        self.out = nn.Linear(32, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.conv1(x.permute(0, 2, 1)))
        return self.out(F.relu(self.conv2(x)).amax(dim=2))


@plain("rows_attention", data.Rows, epochs=10)
class Attention(Functional):
    """Self-attention over the rows with learnt positions, read out at a class token."""

    lr = 0.003

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Linear(8, 32)
        self.token = nn.Parameter(torch.randn(1, 1, 32) * 0.02)
        self.position = nn.Parameter(torch.randn(1, 9, 32) * 0.02)
        self.layer = nn.TransformerEncoderLayer(
            32, 4, 64, dropout=0.1, batch_first=True, norm_first=True, activation="gelu"
        )
        self.norm, self.head = nn.LayerNorm(32), nn.Linear(32, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = torch.cat([self.token.expand(len(x), -1, -1), self.embed(x)], dim=1)
        return self.head(self.norm(self.layer(x + self.position)[:, 0]))


@plain("patches_mixer", data.Images, epochs=15)
class Mixer(Objects):
    """Patches of 2x2, mixed over places and over channels."""

    lr = 0.006

    def __init__(self) -> None:
        super().__init__()
        self.patch = nn.Conv2d(1, 24, 2, stride=2)
        self.norm1, self.norm2 = nn.LayerNorm(24), nn.LayerNorm(24)
        self.places = nn.Sequential(nn.Linear(16, 32), nn.GELU(), nn.Linear(32, 16))
        self.channels = nn.Sequential(nn.Linear(24, 48), nn.GELU(), nn.Linear(48, 24))
        self.head = nn.Linear(24, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.patch(x).flatten(2).transpose(1, 2)
        x = x + self.places(self.norm1(x).transpose(1, 2)).transpose(1, 2)
        x = x + self.channels(self.norm2(x))
        return self.head(x.mean(dim=1))


class Shades(data.Images):
    """Each pixel as a token: its place and one of four shades, `(64,)` ids."""

    def inputs(self, x: np.ndarray) -> Tensor:
        shade = np.minimum(x.reshape(len(x), -1) // 4, 3).astype(int)
        return torch.as_tensor(shade + 4 * np.arange(64)).long()


@plain("tokens_bag", Shades, epochs=10)
class Bag(Functional):
    """The mean of token embeddings, then a small network."""

    lr = 0.02

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(256, 16)
        self.net = nn.Sequential(nn.Linear(16, 32), nn.ReLU(), nn.Linear(32, 10))

    def forward(self, ids: Tensor) -> Tensor:
        return self.net(self.embedding(ids).mean(1) * 8)


class InkedRows(Dataset[Any]):
    """The rows of a digit from the first with ink to the last, in their own lengths."""

    def __init__(self, images: np.ndarray, y: np.ndarray) -> None:
        self.rows = [self.cut(image) for image in images]
        self.y = y

    @staticmethod
    def cut(image: np.ndarray) -> Tensor:
        """Without the empty rows at both ends, `(t, 8)`."""
        inked = np.flatnonzero(image[:, 2:6].max(1) > 10)
        return torch.as_tensor(image[inked[0] : inked[-1] + 1] / 16, dtype=torch.float32)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        return self.rows[index], int(self.y[index])


def padded(samples: list[tuple[Tensor, int]]) -> dict[str, Tensor]:
    """A batch with the lengths beside it."""
    rows = [sample[0] for sample in samples]
    return {
        "x": pad_sequence(rows, batch_first=True),
        "length": torch.tensor([len(row) for row in rows]),
        "label": torch.tensor([sample[1] for sample in samples]),
    }


class RaggedRows(data.Images):
    """Sequences of different lengths, padded in each batch."""

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Dataset[Any]:
        return InkedRows(x, y)

    def train_dataloader(self) -> DataLoader[Any]:
        return DataLoader(self.splits["train"], 32, shuffle=True, collate_fn=padded)

    def val_dataloader(self) -> DataLoader[Any]:
        return DataLoader(self.splits["val"], 128, collate_fn=padded)

    def test_dataloader(self) -> DataLoader[Any]:
        return DataLoader(self.splits["test"], 128, collate_fn=padded)


@plain("rows_packed_lstm", RaggedRows, epochs=8)
class Packed(Functional):
    """A packed LSTM: padding is never read; dict batches with lengths."""

    lr = 0.01

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(8, 32, batch_first=True)
        self.out = nn.Linear(32, 10)

    def forward(self, x: Tensor, length: Tensor) -> Tensor:
        packed = pack_padded_sequence(x, length.cpu(), batch_first=True, enforce_sorted=False)
        return self.out(self.lstm(packed)[1][0][-1])

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        loss = F.cross_entropy(self(batch["x"], batch["length"]), batch["label"])
        self.log("train_loss", loss, batch_size=len(batch["label"]))
        return loss

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        out, y = self(batch["x"], batch["length"]), batch["label"]
        self.log("val_loss", F.cross_entropy(out, y), batch_size=len(y))
        self.log("val_acc", (out.argmax(1) == y).float().mean(), batch_size=len(y))

    def test_step(self, batch: Any, batch_idx: int) -> None:
        out, y = self(batch["x"], batch["length"]), batch["label"]
        self.log("test_acc", (out.argmax(1) == y).float().mean(), batch_size=len(y))
