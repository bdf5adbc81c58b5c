"""A batch sampler of the user's own, with a state that goes on from epoch to epoch."""

import numpy as np
from torch.utils.data import DataLoader, TensorDataset

import art
from benchmarks.robustness.programs._parts import Data, Module, table

art.models("batches.v1")(Module)


class Growing:
    """Batches that become larger with every epoch, shuffled by a numpy generator of its own."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.drawn = np.random.default_rng(3)
        self.epochs = 0

    def __len__(self) -> int:
        return 12

    def __iter__(self):
        self.epochs += 1
        order = self.drawn.permutation(self.rows)
        size = 8 + 2 * self.epochs
        for first in range(12):
            yield [int(order[(first * size + n) % self.rows]) for n in range(size)]


@art.data("batches.v1")
class Batches(Data):
    def train_dataloader(self):
        inputs, targets = table()
        return DataLoader(TensorDataset(inputs, targets), batch_sampler=Growing(len(inputs)))
