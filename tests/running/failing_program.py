"""A user's program that fails in the way that its settings name, in its 2nd epoch."""

import ctypes
import os
import signal
import time
from pathlib import Path

import pytorch_lightning as pl
import torch
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, Dataset, get_worker_info

import art


class Rows(Dataset):
    """The failure comes with the `LATE`-th item that is asked for in a process."""

    LATE = 30

    def __init__(self, failure: str) -> None:
        draws = torch.Generator().manual_seed(1)
        self.inputs = torch.randn(64, 8, generator=draws)
        self.targets = (self.inputs[:, 0] > 0).long()
        self.failure = failure
        self.asked = 0

    def __len__(self) -> int:
        return len(self.inputs)

    def __getitem__(self, index):
        self.asked += 1
        if self.asked == self.LATE and get_worker_info() is not None:
            self.fail()
        return self.inputs[index], self.targets[index]

    def fail(self) -> None:
        if self.failure == "raise":
            raise ValueError("row 12 holds no image\nsecond line")
        if self.failure == "segfault":
            ctypes.string_at(0)
        if self.failure == "exit":
            os._exit(7)
        if self.failure == "stuck" and get_worker_info().id == 1:
            Path(os.environ["STUCK_SIGN"]).write_text("here")
            time.sleep(600)
        if self.failure.startswith("SIG"):
            os.kill(os.getpid(), getattr(signal, self.failure))


@art.data("failing.v1")
class Data(pl.LightningDataModule):
    def __init__(self, failure: str = "", batch_size: int = 8, workers: int = 2) -> None:
        super().__init__()
        self.failure, self.batch_size, self.workers = failure, batch_size, workers

    def train_dataloader(self):
        return DataLoader(
            Rows(self.failure), self.batch_size, shuffle=True, num_workers=self.workers,
            persistent_workers=self.workers > 0,
        )  # fmt: skip


@art.models("failing.v1")
class Model(pl.LightningModule):
    """`room`: samples for which there is memory."""

    def __init__(self, room: int = 1000, leak: bool = False) -> None:
        super().__init__()
        self.layer = torch.nn.Linear(8, 2)
        self.room, self.leak, self.steps = room, leak, 0

    def forward(self, inputs):
        if self.training and len(inputs) > self.room:
            torch.empty(1 << 60)  # what torch says of it
        return self.layer(inputs)

    def training_step(self, batch, batch_idx):
        self.steps += 1
        if self.leak and self.steps == 5:
            raise MemoryError
        return cross_entropy(self(batch[0]), batch[1])

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.1)


@art.models("roomy.v1")
def wrapped(data_info, room: int = 1000):
    """The same as an nn.Module."""

    class Net(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = torch.nn.Linear(data_info.input_shape[0], data_info.output_size)

        def forward(self, inputs):
            if self.training and len(inputs) > room:
                torch.empty(1 << 60)
            return self.layer(inputs)

    return Net()


@art.loggers("failing.v1")
class Tracker(art.Logger):
    """A tracker whose server is gone from one call on."""

    def __init__(self, fails: str = "") -> None:
        self.fails, self.calls = fails, []

    def _call(self, name: str) -> None:
        self.calls.append(name)
        if name == self.fails:
            raise ConnectionError(f"no route to the tracker\nin {name}")

    def start(self, run):
        self._call("start")

    def log(self, rows):
        self._call("log")

    def figure(self, name, path):
        self._call("figure")

    def finish(self, record):
        (Path(os.environ["CALLS"])).write_text(" ".join(self.calls))
        self._call("finish")
