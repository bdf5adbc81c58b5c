"""A user's program that lingers once where a test wants to send a signal."""

import hashlib
import os
import time
from pathlib import Path

import torch
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, Dataset

import art
from benchmarks.robustness.programs._parts import Data, Module, table


def linger(place: str) -> None:
    """Say that this place is reached, and stay there for a while; the first time alone."""
    sign = Path(os.environ["LINGER_SIGN"])
    if os.environ.get("LINGER_AT") != place or sign.exists():
        return
    sign.write_text(str(os.getpid()))
    if place == "step in C":
        hashlib.pbkdf2_hmac("sha256", b"x", b"y", 60_000_000)  # half a minute outside Python
    until = time.monotonic() + float(os.environ.get("LINGER_SECONDS", "0.7"))
    while time.monotonic() < until:
        time.sleep(0.05)


class Drawn(Dataset):
    def __init__(self) -> None:
        self.inputs, self.targets = table()

    def __len__(self) -> int:
        return len(self.inputs)

    def __getitem__(self, index):
        return self.inputs[index] + 0.1 * torch.randn(8), self.targets[index]


@art.data("pausing.v1")
class Drawing(Data):
    def __init__(self, workers: int = 0) -> None:
        super().__init__()
        self.workers = workers

    def train_dataloader(self):
        return DataLoader(
            Drawn(), self.batch_size, shuffle=True, num_workers=self.workers,
            persistent_workers=self.workers > 0,
        )  # fmt: skip


@art.models("pausing.v1")
class Pausing(Module):
    def training_step(self, batch, batch_idx):
        if self.current_epoch == 1 and batch_idx == 4:
            linger("step")
            linger("step in C")
        inputs, targets = batch
        return cross_entropy(self(inputs), targets)

    def validation_step(self, batch, batch_idx):
        if self.current_epoch == 1:
            linger("validation")
        super().validation_step(batch, batch_idx)

    def predict_step(self, batch, batch_idx=0):
        if self.trainer.state.finished:
            linger("scoring")
        return self(batch[0]).softmax(1)


@art.visualizers("pausing.v1")
class Slow(art.Visualizer):
    """Draws one table, slowly."""

    def draw(self, seen):
        linger("drawing")
        return {}
