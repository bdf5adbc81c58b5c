"""An iterable data set without a state: an epoch of it can only be begun."""

import torch
from torch.utils.data import DataLoader, IterableDataset

import art
from benchmarks.robustness.programs._parts import Data, Module, table

art.models("stream.v1")(Module)


class Stream(IterableDataset):
    def __iter__(self):
        inputs, targets = table()
        for index in torch.randperm(len(inputs)):
            yield inputs[index] + 0.1 * torch.randn(inputs.shape[1]), targets[index]


@art.data("stream.v1")
class Streamed(Data):
    def train_dataloader(self):
        return DataLoader(Stream(), self.batch_size)
