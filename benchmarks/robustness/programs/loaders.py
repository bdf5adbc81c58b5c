"""A loader of the user's own, no DataLoader: it shuffles with a generator that it keeps."""

import numpy as np
import torch

import art
from benchmarks.robustness.programs._parts import Data, Module, table

art.models("loaders.v1")(Module)


class Loader:
    def __init__(self) -> None:
        self.inputs, self.targets = table()
        self.drawn = np.random.default_rng(8)

    def __len__(self) -> int:
        return 12

    def __iter__(self):
        order = torch.from_numpy(self.drawn.permutation(len(self.inputs)))
        for rows in order.split(16):
            yield self.inputs[rows], self.targets[rows]


@art.data("loaders.v1")
class Loaders(Data):
    def __init__(self) -> None:
        super().__init__()
        self.loader = Loader()

    def train_dataloader(self):
        return self.loader
