"""A plain network that takes several inputs is trained on `((a, b), y)`."""

from __future__ import annotations

import art

PROGRAM = """
import pytorch_lightning as pl
import torch
from torch.utils.data import DataLoader, Dataset

import art


class Pairs(Dataset):
    def __init__(self, size, seed):
        generator = torch.Generator().manual_seed(seed)
        self.one = torch.randn(size, 4, generator=generator)
        self.other = torch.randn(size, 6, generator=generator)
        self.label = (self.one.sum(1) + self.other.sum(1) > 0).long()

    def __len__(self):
        return len(self.label)

    def __getitem__(self, index):
        return (self.one[index], self.other[index]), self.label[index]


@art.data("two_inputs.v1")
class Data(pl.LightningDataModule):
    def __init__(self, batch_size: int = 32):
        super().__init__()
        self.batch_size = batch_size

    def train_dataloader(self):
        return DataLoader(Pairs(320, 0), self.batch_size, shuffle=True)

    def val_dataloader(self):
        return DataLoader(Pairs(160, 1), 64)

    def test_dataloader(self):
        return DataLoader(Pairs(160, 2), 64)


@art.models("two_inputs.v1")
class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.left, self.right = torch.nn.Linear(4, 16), torch.nn.Linear(6, 16)
        self.head = torch.nn.Linear(16, 2)

    def forward(self, one, other):
        return self.head(torch.relu(self.left(one) + self.right(other)))
"""

CONFIG = """
[project]
name = "two"
stages = ["loss_at_init", "overfit_one_batch", "overfit", "evaluate"]
[paths]
runs = "{runs}"
[system]
{limit}
[task]
@tasks = "art.TabularClassification.v1"
[data]
@data = "two_inputs.v1"
[model]
@models = "two_inputs.v1"
[optimizer]
@optimizers = "torch.AdamW.v1"
lr = 0.01
[training]
max_epochs = 15
"""


def test_both_inputs_reach_forward_also_in_parts_of_a_batch(tmp_path):
    code = tmp_path / "two.py"
    code.write_text(PROGRAM)
    scores = []
    for name, limit in (("whole", ""), ("parts", "max_batch_size = 8")):
        config = tmp_path / f"{name}.cfg"
        config.write_text(CONFIG.format(runs=tmp_path / name, limit=limit))
        done = art.train(config, code=[code])
        assert done.ok, done.report
        scores.append(done.scores("evaluate")["test/accuracy"])
    assert min(scores) > 0.9
