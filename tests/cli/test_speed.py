"""`art debug speed` says where a training step goes."""

from __future__ import annotations

import json
import re

import pytest

from art.api import measure_speed

OWN = """
import pytorch_lightning as pl
import torch
from torch.utils.data import DataLoader, TensorDataset

import art


class Slow(pl.LightningModule):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(4, 1)

    def training_step(self, batch, index):
        import time

        time.sleep(0.02)
        return self.layer(batch[0]).mean()

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.1)

    def train_dataloader(self):
        return DataLoader(TensorDataset(torch.zeros(64, 4)), batch_size=8)


@art.models("slow.v1")
def slow():
    return Slow()
"""
CONFIG = '[model]\n@models = "slow.v1"\n'


@pytest.fixture
def slow(tmp_path):
    (tmp_path / "case.py").write_text(OWN)
    (tmp_path / "case.cfg").write_text(CONFIG)
    return tmp_path / "case.cfg", tmp_path / "case.py"


def test_a_slow_forward_pass_is_found(slow):
    config, code = slow
    (speed,) = measure_speed(config, code=[code])
    assert speed.batch == 8
    assert 0.02 < speed.parts["forward"] < 0.03 + speed.seconds / 2
    assert speed.parts["forward"] > 0.5 * speed.seconds
    assert sum(speed.parts.values()) == pytest.approx(speed.seconds, rel=0.05)
    assert "gathered at once" in speed.chosen["loading"]


def test_it_is_shown_and_printed_as_json(slow, art_command):
    config, code = slow
    shown = art_command("debug", "speed", str(config), "--code", str(code))
    assert shown.returncode == 0
    said = r"a training step takes .* ms on a batch of 8, [\d,]+ samples a second"
    assert re.search(said, shown.stdout)
    assert not list(config.parent.glob("runs*"))
    done = art_command("debug", "speed", str(config), "--code", str(code), "--json")
    found = json.loads(done.stdout)
    assert set(found[0]["parts"]) == {"loading", "forward", "backward", "optimizer", "other"}
