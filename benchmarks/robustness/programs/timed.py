"""A stage that trains with exact resuming and without it, in turn, and times the steps.

Without it there is no keeper, so that nothing is saved or shielded, and a user's own loader is
read by Lightning as it is.
"""

import contextlib
import itertools
import json
import os
import time
from pathlib import Path

import pytorch_lightning as pl
from torch import nn
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, TensorDataset

import art
from art.training import fitting
from benchmarks.robustness.programs._parts import Data, table


class Timer(pl.Callback):
    """CPU seconds of all threads, from the start of an epoch to the start of the next."""

    def __init__(self) -> None:
        self.marks: list[float] = []

    def on_train_epoch_start(self, trainer, pl_module):
        self.marks.append(time.process_time())

    def epochs(self) -> list[float]:
        """The seconds of each epoch; the first two warm up."""
        return [after - before for before, after in itertools.pairwise(self.marks)][2:]


@art.data("timed.v1")
class Large(Data):
    def train_dataloader(self):
        return DataLoader(TensorDataset(*table(64 * 40)), 64, shuffle=True)


@art.models("timed.v1")
class Own(pl.LightningModule):
    def __init__(self) -> None:
        super().__init__()
        self.network = nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 3))

    def forward(self, inputs):
        return self.network(inputs)

    def training_step(self, batch, batch_idx):
        loss = cross_entropy(self(batch[0]), batch[1])
        self.log("loss", loss)
        return loss

    def configure_optimizers(self):
        import torch

        return torch.optim.Adam(self.parameters(), 0.001)


@contextlib.contextmanager
def plain(context):
    """No keeper, and the user's loader as it is."""
    lent = fitting.lent_loader
    context._resumable = lambda: None
    fitting.lent_loader = lambda data, hold: contextlib.nullcontext()
    try:
        yield
    finally:
        fitting.lent_loader = lent
        del context._resumable


@art.stages("timed.v1")
class Timed(art.Stage):
    """Trains in turn."""

    def run(self, context):
        pairs = []
        for number in range(int(os.environ["COST_TIMES"]) + 1):
            seconds = {}
            for kept in (True, False) if number % 2 else (False, True):
                timer = Timer()
                with contextlib.nullcontext() if kept else plain(context):
                    context.fit(folder=f"{number}-{kept}", callbacks=[timer])
                seconds["with" if kept else "without"] = timer.epochs()
            pairs.append(seconds)
        Path(os.environ["COST_FILE"]).write_text(json.dumps(pairs[1:]))  # the first warms up
        return art.Outcome(scores={})
