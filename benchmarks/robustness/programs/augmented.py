"""A user's own shuffled DataLoader whose items draw from torch, numpy and Python, 0 workers."""

from torch.utils.data import DataLoader

import art
from benchmarks.robustness.programs._parts import Data, Drawn, Module

art.models("augmented.v1")(Module)


@art.data("augmented.v1")
class Augmented(Data):
    def train_dataloader(self):
        return DataLoader(Drawn(), self.batch_size, shuffle=True, drop_last=True)
