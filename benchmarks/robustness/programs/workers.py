"""The same augmentation in two workers that live on from epoch to epoch."""

from torch.utils.data import DataLoader

import art
from benchmarks.robustness.programs._parts import Data, Drawn, Module

art.models("workers.v1")(Module)


@art.data("workers.v1")
class Workers(Data):
    def train_dataloader(self):
        return DataLoader(
            Drawn(), self.batch_size, shuffle=True, num_workers=2, persistent_workers=True
        )
