"""A CombinedLoader that ends with its shortest, and samplers that torch brings; LBFGS."""

import torch
from pytorch_lightning.utilities import CombinedLoader
from torch.nn.functional import cross_entropy
from torch.utils.data import BatchSampler, DataLoader, RandomSampler, TensorDataset

import art
from benchmarks.robustness.programs._parts import Data, Module, table


@art.data("combined.v1")
class Combined(Data):
    def train_dataloader(self):
        large, small = TensorDataset(*table()), TensorDataset(*table(80, seed=5))
        whole = BatchSampler(RandomSampler(large, replacement=True, num_samples=176), 16, True)
        return CombinedLoader(
            [
                DataLoader(large, batch_size=None, sampler=whole),
                DataLoader(small, batch_sampler=BatchSampler(RandomSampler(small), 6, False)),
            ],
            "min_size",
        )


@art.models("combined.v1")
class Two(Module):
    def training_step(self, batch, batch_idx):
        if isinstance(batch[0], (list, tuple)):
            (inputs, targets), (others, classes) = batch
            return cross_entropy(self(inputs), targets) + cross_entropy(self(others), classes)
        return cross_entropy(self(batch[0]), batch[1])

    def configure_optimizers(self):
        return torch.optim.LBFGS(self.parameters(), lr=0.05, max_iter=3, history_size=4)
