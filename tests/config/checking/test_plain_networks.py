"""A plain network needs to be told how it is trained, and that is said before anything runs."""

from __future__ import annotations

import pytest
import pytorch_lightning as pl
from torch import nn

import art
from art import api
from art.config import load_text
from art.errors import ConfigError

api.populate()


@art.models("plain_networks.Plain.v1")
class Plain(nn.Module):
    def forward(self, x):
        return x


@art.models("plain_networks.Trains.v1")
class Trains(pl.LightningModule):
    def training_step(self, batch, index):
        return None


@art.models("plain_networks.made.v1")
def made():
    return Plain()


BARE = '[data]\n@data = "art.Digits.v1"\n[model]\n@models = "plain_networks.{}.v1"\n'
OPTIMIZER = '[optimizer]\n@optimizers = "torch.Adam.v1"\n'
TASK = '[task]\n@tasks = "art.ImageClassification.v1"\n'


@pytest.mark.parametrize(
    ("more", "missing"),
    [("", "[task] and [optimizer]"), (OPTIMIZER, "[task]"), (TASK, "[optimizer]")],
)
def test_a_plain_network_without_a_task_is_refused_in_its_place(more, missing):
    with pytest.raises(ConfigError) as error:
        load_text(BARE.format("Plain") + more, "plain.cfg")
    (fault,) = error.value.faults
    assert str(fault.location) == "plain.cfg:4:11"
    said = "is a plain network without a training_step of its own, so the config needs"
    assert f"{said} {missing}." in fault.message


def test_one_that_is_told_how_and_those_that_may_train_themselves_are_read():
    for name, more in (("Plain", OPTIMIZER + TASK), ("Trains", ""), ("made", "")):
        read = load_text(BARE.format(name) + more, "plain.cfg")  # `made` is known once it is called
        assert read.block("model")["@models"] == f"plain_networks.{name}.v1"


def test_a_module_that_trains_itself_is_judged_so_also_where_the_config_has_its_optimizer():
    own, wrapped = (
        load_text(BARE.format(name) + OPTIMIZER + TASK, "plain.cfg") for name in ("Trains", "Plain")
    )
    assert (own.profile.own_loss, wrapped.profile.own_loss) == (False, True)
    checks = {name for stage in own.stages for name in stage.checks}
    assert {"learnt", "learns"} <= checks  # those of a loss of one's own
