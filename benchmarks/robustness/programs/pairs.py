"""Two loaders in a dict, of different lengths, read side by side."""

from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, TensorDataset

import art
from benchmarks.robustness.programs._parts import Data, Module, table


@art.data("pairs.v1")
class Pairs(Data):
    def train_dataloader(self):
        return {
            "input": DataLoader(TensorDataset(*table()), 16, shuffle=True),
            "other": DataLoader(TensorDataset(*table(80, seed=5)), 16, shuffle=True),
        }


@art.models("pairs.v1")
class Paired(Module):
    def training_step(self, batch, batch_idx):
        if not isinstance(batch, dict):
            return cross_entropy(self(batch[0]), batch[1])
        (inputs, targets), (others, classes) = batch["input"], batch["other"]
        return cross_entropy(self(inputs), targets) + 0.5 * cross_entropy(self(others), classes)
