"""The module changes the data module, the data set and the sampler as it learns."""

import torch
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, Dataset, WeightedRandomSampler

import art
from benchmarks.robustness.programs._parts import ROWS, Data, Module, table


class Numbered(Dataset):
    def __init__(self, owner) -> None:
        self.inputs, self.targets = table()
        self.owner = owner
        self.read = 0

    def __len__(self) -> int:
        return len(self.inputs)

    def __getitem__(self, index):
        self.read += 1
        shift = self.owner.noise * (1 + 0.0001 * self.read)
        return self.inputs[index] + shift * torch.randn(8), self.targets[index], index


@art.data("curriculum.v1")
class Curriculum(Data):
    def __init__(self) -> None:
        super().__init__()
        self.noise = 0.5
        self.sampler = WeightedRandomSampler(torch.ones(ROWS), ROWS)

    def train_dataloader(self):
        return DataLoader(Numbered(self), self.batch_size, sampler=self.sampler)


@art.models("curriculum.v1")
class Mining(Module):
    def training_step(self, batch, batch_idx):
        if len(batch) == 2:
            return cross_entropy(self(batch[0]), batch[1])
        inputs, targets, index = batch
        losses = cross_entropy(self(inputs), targets, reduction="none")
        data = self.trainer.datamodule
        if data is not None:
            data.noise *= 0.99
            data.sampler.weights[index] = 0.5 + losses.detach().double()
        return losses.mean()
