"""`[system] probe_seconds`: what finds most for its time runs first, and the rest is left out."""

from __future__ import annotations

import csv
import json

from art.api.populating import populate
from art.registry.stages._probe_order import BY_YIELD, by_yield
from art.registry.stages._probing import (
    DATA_PROBES,
    MODEL_PROBES,
    TRAINED_PROBES,
    TRAINING_PROBES,
)

EVERY = {*DATA_PROBES, *MODEL_PROBES, *TRAINING_PROBES, *TRAINED_PROBES}
CODE = """
import time

from torch import nn

import art


@art.models("slow.Net.v1")
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Flatten(), nn.Linear(64, 16), nn.ReLU(), nn.Linear(16, 10))

    def forward(self, images):
        time.sleep(0.05)
        return self.layers(images)
"""
CONFIG = """
[project]
name = "slow"
stages = ["loss_at_init"]
[task]
@tasks = "art.ImageClassification.v1"
[data]
@data = "art.Digits.v1"
batch_size = 128
[model]
@models = "slow.Net.v1"
[optimizer]
@optimizers = "torch.AdamW.v1"
[training]
max_epochs = 1
[system]
probe_seconds = 1
"""


def test_every_default_probe_has_a_rank_and_no_other_name_has():
    populate()
    assert set(BY_YIELD) == EVERY and len(BY_YIELD) == len(EVERY)


def test_a_probe_of_ones_own_comes_last():
    mine = ["mine.Probe.v1", "art.InputValues.v1", "art.SplitLeak.v1", "other.Probe.v1"]
    assert by_yield(mine) == [mine[2], mine[1], mine[0], mine[3]]


def test_what_does_not_fit_into_the_time_is_left_out_and_said(tmp_path, art_command):
    (tmp_path / "code.py").write_text(CODE)
    (tmp_path / "slow.cfg").write_text(CONFIG)
    done = art_command("train", "slow.cfg", "--code", "code.py")
    assert done.returncode == 0, done.stdout + done.stderr
    (record,) = (tmp_path / "runs").rglob("record.json")
    values = json.loads(record.read_text())
    tables = record.parent / "tables"
    ran = [row["probe"] for row in csv.DictReader((tables / "probes.csv").open())]
    assert ran == list(MODEL_PROBES), "the reports stand in their own order"
    rows = list(csv.DictReader((tables / "not_judged.csv").open()))
    late = [row["probe"] for row in rows if "[system] probe_seconds" in row["reason"]]
    order = by_yield(MODEL_PROBES)
    assert late and late != order
    assert {order.index(name) for name in late} == set(range(len(order) - len(late), len(order)))
    assert values["scores"]["probes/not_judged"] == len(rows)
