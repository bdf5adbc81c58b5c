"""What a recipe says on the way: why something was not judged, refused or suspected."""

from __future__ import annotations

import json

import pytest

CONFIG = """
[project]
name = "own"
stages = {stages}
[task]
@tasks = "art.TabularClassification.v1"
[data]
@data = "{data}"
batch_size = 32
[model]
@models = "reasons.Net.v1"
[optimizer]
@optimizers = "torch.AdamW.v1"
lr = 0.01
[training]
max_epochs = 3
{more}
"""
CODE = '''
import pytorch_lightning as pl
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

import art
from art.core.metric import MetricCalculator


class Words(Dataset):
    def __init__(self, count, seed, words):
        self.inputs = torch.randn(count, 8, generator=torch.Generator().manual_seed(seed))
        self.words = words

    def __len__(self):
        return len(self.inputs)

    def __getitem__(self, index):
        sign = int(self.inputs[index, 0] > 0)
        return self.inputs[index], ("cat", "dog")[sign] if self.words else sign


class Data(pl.LightningDataModule):
    words = False

    def __init__(self, batch_size: int = 32):
        super().__init__()
        self.batch_size = batch_size

    def loader(self, count, seed):
        return DataLoader(Words(count, seed, self.words), self.batch_size, shuffle=seed == 0)

    def train_dataloader(self):
        return self.loader(200, 0)

    def val_dataloader(self):
        return self.loader(80, 1)

    def test_dataloader(self):
        return self.loader(80, 2)


@art.data("reasons.Numbers.v1")
class Numbers(Data):
    pass


@art.data("reasons.Words.v1")
class InWords(Data):
    words = True


@art.models("reasons.Net.v1")
def net() -> nn.Module:
    return nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 2))


@art.models("reasons.Own.v1")
class Own(pl.LightningModule):
    """Has no setting that ART would vary."""

    def __init__(self, width: int = 256):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(8, width), nn.ReLU(), nn.Linear(width, 2))

    def forward(self, inputs):
        return self.layers(inputs)

    def step(self, batch, name):
        inputs, labels = batch
        loss = nn.functional.cross_entropy(self(inputs), labels)
        self.log(f"{name}_loss", loss)
        return loss

    def training_step(self, batch, index):
        return self.step(batch, "train")

    def validation_step(self, batch, index):
        return self.step(batch, "val")

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), 0.02)


@art.metrics("reasons.Share.v1")
class Share(MetricCalculator):
    """The share of class 1 among the predictions."""

    names = ("share",)

    def reset(self):
        self.ones = self.count = 0

    def update(self, predictions, targets):
        self.ones += int(predictions.argmax(1).sum())
        self.count += len(targets)

    def compute(self):
        return {"share": self.ones / max(self.count, 1)}
'''


@pytest.fixture
def train(tmp_path, art_command):
    def run(data="reasons.Numbers.v1", stages='["explore"]', more="", *options):
        (tmp_path / "code.py").write_text(CODE)
        text = CONFIG.format(data=data, stages=stages, more=more)
        (tmp_path / "own.cfg").write_text(text)
        done = art_command("train", "own.cfg", "--code", "code.py", *options)
        found = sorted((tmp_path / "runs").rglob("record.json"))
        return done, [json.loads(file.read_text()) for file in found]

    return run


def test_labels_in_words_are_refused_in_these_words(train):
    done, records = train("reasons.Words.v1", '["loss_at_init"]')
    assert done.returncode == 2 and records[-1]["status"] == "refused"
    assert "the targets are texts ('cat', 'dog'), but a loss needs numbers" in records[-1]["error"]
    assert "{'cat': 0, 'dog': 1, ...}[label]" in records[-1]["error"]
    assert "loss_at_init: refused after" in done.stderr and "crash" not in done.stderr + done.stdout


def test_a_batch_larger_than_the_data_is_warned_of_with_its_numbers(train):
    words = "batch_size is 5,000, and the split has 200 samples"
    options = ("--data.batch_size=5000",)
    done, records = train("reasons.Numbers.v1", '["explore"]', "", *options)
    assert done.returncode == 0
    assert words in done.stderr and words in done.stdout
    assert words in next(found["evidence"] for found in records[0]["suspected"])


def test_without_explore_it_is_said_once_by_the_first_stage(train):
    options = ("--data.batch_size=5000",)
    done, _ = train("reasons.Numbers.v1", '["baseline", "overfit"]', "", *options)
    assert done.stderr.count("batch_size is 5,000, and there are 200 samples") == 1
    done, _ = train("reasons.Numbers.v1", '["baseline"]', "", "--force")
    assert "larger than the training split" not in done.stderr


def test_one_metric_of_ones_own_adds_to_the_tasks_and_breaks_no_check(train):
    mine = '[metrics.mine]\n@metrics = "reasons.Share.v1"\n'
    done, records = train("reasons.Numbers.v1", '["baseline", "overfit"]', mine)
    scores = records[-1]["scores"]
    assert {"train/share", "val/share", "train/accuracy", "val/accuracy"} <= set(scores)
    checks = {check["name"]: check for check in records[-1]["checks"]}
    assert checks["reached"]["value"] == scores["train/accuracy"]
    assert "not measured" not in done.stdout


def test_a_check_of_what_was_not_measured_says_why(train):
    more = '[stages.explore.checks.balance]\n@checks = "art.Exists.v1"\nscore = "train/classes"\n'
    done, records = train("reasons.Words.v1", '["explore"]', more)
    assert done.returncode == 1
    (check,) = (one for one in records[0]["checks"] if one["name"] == "balance")
    assert check["value"] is None and "targets" in done.stdout


OWN = """
[project]
name = "own"
stages = ["regularize"]
[data]
@data = "reasons.Numbers.v1"
[model]
@models = "reasons.Own.v1"
[training]
max_epochs = 3
[stages.regularize]
gap = 0
"""


def test_a_module_that_is_trained_twice_alike_is_said_to_be(tmp_path, art_command):
    (tmp_path / "code.py").write_text(CODE)
    (tmp_path / "own.cfg").write_text(OWN)
    said = "the config has no setting that ART varies"
    done = art_command("train", "own.cfg", "--code", "code.py")
    assert said in " ".join(done.stdout.split()), done.stdout + done.stderr
    attempts = '--stages.regularize.attempts=[{}, {"model.width": 16}]'
    done = art_command("train", "own.cfg", "--code", "code.py", attempts)
    assert said not in " ".join(done.stdout.split())
