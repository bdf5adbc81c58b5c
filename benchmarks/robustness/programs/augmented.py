"""A user's own shuffled DataLoader whose items draw from torch, numpy and Python, 0 workers."""

import random

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

import art
from benchmarks.robustness.programs._parts import Data, Module, table

art.models("augmented.v1")(Module)


class Drawn(Dataset):
    def __init__(self) -> None:
        self.inputs, self.targets = table()

    def __len__(self) -> int:
        return len(self.inputs)

    def __getitem__(self, index):
        inputs = self.inputs[index] + 0.1 * torch.randn(self.inputs.shape[1])
        inputs = inputs + torch.from_numpy(np.random.normal(0, 0.1, len(inputs))).float()
        return inputs * random.uniform(0.9, 1.1), self.targets[index]


@art.data("augmented.v1")
class Augmented(Data):
    def train_dataloader(self):
        return DataLoader(Drawn(), self.batch_size, shuffle=True, drop_last=True)
