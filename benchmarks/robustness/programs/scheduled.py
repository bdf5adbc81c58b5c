"""A wrapped network on a user's loader with workers: a plateau, fewer validations, a last step."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

import art
from benchmarks.robustness.programs._parts import CLASSES, FEATURES, Data, table


class Drawn(Dataset):
    def __init__(self) -> None:
        self.inputs, self.targets = table()

    def __len__(self) -> int:
        return len(self.inputs)

    def __getitem__(self, index):
        return self.inputs[index] + 0.1 * torch.randn(FEATURES), self.targets[index]


@art.data("scheduled.v1")
class Scheduled(Data):
    def train_dataloader(self):
        return DataLoader(Drawn(), 4, shuffle=True, num_workers=2)


@art.models("scheduled.v1")
def scheduled() -> nn.Module:
    return nn.Sequential(
        nn.Linear(FEATURES, 16), nn.BatchNorm1d(16, momentum=None), nn.Dropout(0.2), nn.ReLU(),
        nn.Linear(16, CLASSES),
    )  # fmt: skip
