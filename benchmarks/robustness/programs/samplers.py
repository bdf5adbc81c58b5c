"""A WeightedRandomSampler that draws from the user's own generator."""

import torch
from torch.utils.data import DataLoader, TensorDataset, WeightedRandomSampler

import art
from benchmarks.robustness.programs._parts import Data, Module, table

art.models("samplers.v1")(Module)


@art.data("samplers.v1")
class Samplers(Data):
    def __init__(self) -> None:
        super().__init__()
        self.drawn = torch.Generator().manual_seed(7)

    def train_dataloader(self):
        inputs, targets = table()
        weights = 1.0 + (targets == 0).double()
        sampler = WeightedRandomSampler(weights, len(targets), generator=self.drawn)
        return DataLoader(TensorDataset(inputs, targets), self.batch_size, sampler=sampler)
