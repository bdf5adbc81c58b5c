"""A data set that draws from a numpy generator of its own, as many people write it."""

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

import art
from benchmarks.robustness.programs._parts import Data, Module, table

art.models("generators.v1")(Module)


class Drawn(Dataset):
    def __init__(self) -> None:
        self.inputs, self.targets = table()
        self.drawn = np.random.default_rng(5)
        self.torch = torch.Generator().manual_seed(6)

    def __len__(self) -> int:
        return len(self.inputs)

    def __getitem__(self, index):
        inputs = self.inputs[index] * float(self.drawn.uniform(0.8, 1.2))
        return inputs + 0.1 * torch.randn(len(inputs), generator=self.torch), self.targets[index]


@art.data("generators.v1")
class Generators(Data):
    def train_dataloader(self):
        return DataLoader(Drawn(), self.batch_size, shuffle=True)
