"""A held-out score that is no better than an untrained model's, beside a high train score."""

from __future__ import annotations

import pytest

import art

PROGRAM = """
import pytorch_lightning as pl
import torch
from sklearn.datasets import load_digits
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

import art


@art.data("apart.v1")
class Digits(pl.LightningDataModule):
    def __init__(self, shuffled: bool = False):
        super().__init__()
        x, y = (torch.tensor(part) for part in load_digits(return_X_y=True))
        order = torch.randperm(len(y), generator=torch.Generator().manual_seed(0))
        x, y = x[order].float() / 16, y[order]
        held = y[1000:1500]
        if shuffled:
            held = held[torch.randperm(500, generator=torch.Generator().manual_seed(1))]
        self.parts = TensorDataset(x[:1000], y[:1000]), TensorDataset(x[1000:1500], held)

    def train_dataloader(self):
        return DataLoader(self.parts[0], batch_size=50, shuffle=True)

    def val_dataloader(self):
        return DataLoader(self.parts[1], batch_size=250)


@art.models("apart.v1")
class Hinge(pl.LightningModule):
    '''Its loss is written out, and of a family that ART does not know: nothing is read of it.'''

    def __init__(self):
        super().__init__()
        self.net = torch.nn.Sequential(
            torch.nn.Linear(64, 64), torch.nn.ReLU(), torch.nn.Linear(64, 10)
        )

    def step(self, batch, name):
        x, y = batch
        said = self.net(x)
        right = said.gather(1, y[:, None])
        others = said.masked_fill(F.one_hot(y, 10).bool(), -1e9)
        loss = F.softplus(1 + others.logsumexp(1) - right.squeeze(1)).mean()
        self.log(f"{name}_loss", loss, on_epoch=True, on_step=False)
        self.log(f"{name}_acc", (said.argmax(1) == y).float().mean(), on_epoch=True, on_step=False)
        return loss

    def training_step(self, batch, index):
        return self.step(batch, "train")

    def validation_step(self, batch, index):
        self.step(batch, "val")

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=5e-3)


@art.models("other_labels.v1")
class OtherLabels(pl.LightningModule):
    def __init__(self, wrong: bool = True):
        super().__init__()
        self.wrong = wrong
        self.net = torch.nn.Sequential(
            torch.nn.Linear(64, 64), torch.nn.ReLU(), torch.nn.Linear(64, 10)
        )

    def forward(self, x):
        return self.net(x)

    def training_step(self, batch, index):
        x, y = batch
        return F.cross_entropy(self(x), (y + 1) % 10 if self.wrong else y)

    def validation_step(self, batch, index):
        x, y = batch
        self.log("val_loss", F.cross_entropy(self(x), y))

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=5e-3)
"""

CONFIG = """
[project]
name = "apart"
stages = ["overfit", "evaluate"]
[paths]
runs = "{runs}"
[data]
@data = "apart.v1"
shuffled = {shuffled}
[model]
@models = "apart.v1"
[training]
max_epochs = 12
"""


@pytest.fixture(scope="module")
def code(tmp_path_factory):
    path = tmp_path_factory.mktemp("code") / "apart.py"
    path.write_text(PROGRAM)
    return path


@pytest.mark.parametrize("shuffled", [False, True])
def test_own_scores_of_a_shuffled_split_close_the_gate(tmp_path, code, shuffled):
    config = tmp_path / "apart.cfg"
    config.write_text(CONFIG.format(runs=tmp_path / "runs", shuffled=str(shuffled).lower()))
    done = art.train(config, code=[code])
    overfit = done.scores("overfit")
    assert overfit["train_acc"] > 0.95 and "train/accuracy" not in overfit
    assert (overfit["val_acc"] < 0.2) is shuffled
    assert done.ok is not shuffled
    sound = next(check for check in done.report.stages[-1].checks if check.name == "sound")
    assert sound.passed is not shuffled
    if shuffled:
        assert "nothing that was learnt holds on held-out data (val_acc)" in sound.message


@pytest.mark.parametrize("wrong", [False, True])
def test_a_classifier_worse_than_a_guess_on_its_training_split_closes_the_gate(
    tmp_path, code, wrong
):
    config = tmp_path / "apart.cfg"
    config.write_text(
        CONFIG.format(runs=tmp_path / "runs", shuffled="false").replace(
            '@models = "apart.v1"', f'@models = "other_labels.v1"\nwrong = {str(wrong).lower()}'
        )
    )
    done = art.train(config, code=[code])
    sound = next(check for check in done.report.stages[-1].checks if check.name == "sound")
    assert sound.passed is not wrong
    if wrong:
        assert "worse than a guess on its own training split" in sound.message


def test_a_score_over_the_nodes_of_one_graph_is_not_taken_for_a_share_of_one_sample():
    from art.registry.probes.generalization import _no_better

    scores, untrained = {"train_acc": 1.0, "val_acc": 0.64}, {"val_acc": 0.22}
    assert _no_better(scores, untrained, "train_acc", "val_acc", 1) is None
    assert _no_better({**scores, "val_acc": 0.2}, untrained, "train_acc", "val_acc", 1) is not None
    near = {**scores, "val_acc": 0.25}  # within three standard errors of 0.22 over 500 samples
    assert _no_better(near, untrained, "train_acc", "val_acc", 500) is not None
    assert _no_better({**scores, "val_acc": 0.3}, untrained, "train_acc", "val_acc", 500) is None
