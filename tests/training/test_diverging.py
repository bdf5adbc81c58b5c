"""A loss that is lost names its step, its rows and the module that made it."""

from __future__ import annotations

import math

import numpy as np
import pytest
import pytorch_lightning as pl
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from art.registry.tasks.classification import Classification
from art.training.data_modules.arrays import ArrayDataModule, Loaded, Splitting
from art.training.data_modules.description import describe
from art.training.data_modules.scaling import Encoder
from art.training.fitting import fit
from art.training.settings import Sinks, TrainingSettings
from art.training.wrapping import TaskModule

SAMPLES, BATCH = 100, 20  # 5 batches an epoch: nothing is held back for validation
AT = 8


class AsTheyAre(Encoder):
    feature_names = ()

    def fit(self, inputs):
        """Nothing to learn."""

    def transform(self, inputs):
        return inputs


def blobs(spoilt: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    targets = random.integers(0, 3, SAMPLES)
    inputs = random.normal(size=(SAMPLES, 4)).astype("float32")
    if spoilt is not None:
        inputs[spoilt, 2] = math.nan
    return inputs, targets


class Faulty(nn.Module):
    """What it makes of its inputs from its `AT`-th batch of training on is given."""

    def __init__(self, fault):
        super().__init__()
        self.fault, self.seen = fault, 0

    def forward(self, inputs):
        self.seen += self.training
        return self.fault(inputs) if self.training and self.seen >= AT else inputs


def log_of_a_negative(inputs):
    rows = inputs.clone()
    rows[5] = torch.log(-inputs[5].abs() - 1)
    return rows


def overflow(inputs):
    return inputs * 1e38 * 1e38


class _BadGradient(torch.autograd.Function):
    @staticmethod
    def forward(context, inputs):
        return inputs.clone()

    @staticmethod
    def backward(context, gradient):
        return gradient * math.nan


def network(fault) -> nn.Module:
    torch.manual_seed(3)
    return nn.Sequential(
        nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Dropout(0.2), Faulty(fault), nn.Linear(8, 3)
    )


def wrapped(tmp_path, fault, *, spoilt=None, epochs=3, **settings):
    """A finished fit of a wrapped module."""
    loaded = Loaded(*blobs(spoilt), AsTheyAre(), ("a", "b", "c"))
    data = ArrayDataModule(lambda: loaded, Splitting(0.0, 0.0, 0), BATCH)
    data.setup("fit")
    module = TaskModule(
        network(fault), Classification(), describe(data),
        make_optimizer=lambda parameters: torch.optim.SGD(parameters, lr=0.1),
    )  # fmt: skip
    return fit(
        module, data, TrainingSettings(max_epochs=epochs, accelerator="cpu", **settings),
        metrics={}, sinks=Sinks(), folder=tmp_path, seed=7,
    )  # fmt: skip


def by_last_layer(inputs):
    return _BadGradient.apply(inputs)


PLACE = "training diverged at step 8 (epoch 2, batch 3): the loss is nan"


def test_the_step_the_row_and_the_module_are_named(tmp_path):
    found = wrapped(tmp_path, log_of_a_negative).diverged
    assert found == (
        f"{PLACE}; the first module that makes what is not finite from finite inputs is network.3 "
        f"(Faulty), in row 5 of the batch's 20"
    )


def test_an_overflow_is_found_where_it_begins(tmp_path):
    found = wrapped(tmp_path, overflow).diverged
    assert "is network.3 (Faulty), in all 20 rows of the batch" in found


def test_a_batch_that_is_cut_up_is_looked_at_whole(tmp_path):
    found = wrapped(tmp_path, overflow, micro_batch=8).diverged
    assert found.startswith("training diverged at step 3 (epoch 1, batch 3)")
    assert "is network.3 (Faulty), in all 20 rows of the batch" in found


def test_a_row_of_the_data_is_named(tmp_path):
    found = wrapped(tmp_path, lambda inputs: inputs, spoilt=17).diverged
    assert "the batch itself holds values that are not finite, in row " in found
    assert "first module" not in found


def test_a_gradient_names_the_step_before_and_what_it_spoilt(tmp_path):
    found = wrapped(tmp_path, by_last_layer).diverged
    assert found.startswith(
        "training diverged at step 9 (epoch 2, batch 4): the loss is nan, for the gradient of "
        "step 8, or of this one, was not finite and has spoilt the parameters network.0.weight"
    )
    assert "network.4" not in found


def test_the_last_step_is_looked_at_too(tmp_path):
    found = wrapped(tmp_path, by_last_layer, max_steps=AT)
    assert all(math.isfinite(value) for _, _, value in found.history["train/loss"])
    assert found.diverged.startswith("training diverged at step 8, the last one: its gradient")


def test_a_run_that_stays_finite_says_nothing(tmp_path):
    assert wrapped(tmp_path, lambda inputs: inputs).diverged == ""


# A user's own module


class Own(pl.LightningModule):
    """Counts, logs, and drops; `fault` comes before or after the last layer."""

    def __init__(self, fault=lambda inputs: inputs, of_loss=lambda loss, at: loss, hand=False):
        super().__init__()
        self.net = network(fault)
        self.of_loss, self.counted, self.hand = of_loss, 0, hand
        self.automatic_optimization = not hand

    def forward(self, inputs):
        return self.net(inputs)

    def training_step(self, batch, index):
        self.counted += 1
        inputs, targets = batch
        loss = nn.functional.cross_entropy(self.net(inputs), targets)
        loss = self.of_loss(loss, self.counted)
        self.log("train_loss", loss, on_epoch=True)
        if self.hand:
            optimizer = self.optimizers()
            optimizer.zero_grad()
            self.manual_backward(loss)
            optimizer.step()
        return loss

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.1)


class Data(pl.LightningDataModule):
    def train_dataloader(self):
        inputs, targets = blobs()
        table = TensorDataset(torch.from_numpy(inputs), torch.from_numpy(targets))
        return DataLoader(table, BATCH, shuffle=True)


def own(tmp_path, module):
    """A finished fit of a user's module."""
    return fit(
        module, Data(), TrainingSettings(max_epochs=3, accelerator="cpu"),
        metrics={}, sinks=Sinks(), folder=tmp_path, seed=7,
    )  # fmt: skip


@pytest.mark.parametrize("hand", [False, True])
def test_a_users_module_is_named_and_left_as_it_was(tmp_path, hand):
    module = Own(log_of_a_negative, hand=hand)
    found = own(tmp_path, module)
    assert found.diverged == (
        f"{PLACE}; the first module that makes what is not finite from finite inputs is net.3 "
        f"(Faulty), in row 5 of the batch's 20"
    )
    assert module.counted == len(found.history["train/loss"])
    assert "log" not in vars(module) and not any(m._forward_hooks for m in module.modules())


def test_a_loss_that_makes_it_itself_is_said(tmp_path):
    found = own(tmp_path, Own(of_loss=lambda loss, at: loss.log() * math.nan if at >= AT else loss))
    assert found.diverged == f"{PLACE}; every module's output is finite: the loss itself makes it"


def test_a_loss_that_was_got_over_changes_nothing(tmp_path):
    """A loss of NaN whose gradient is 0; the same run without it goes on with the same bits."""

    def skipped(loss, at):
        return torch.where(torch.tensor(at == AT), loss.detach() * math.nan, loss)

    def still(loss, at):
        return loss * 0 if at == AT else loss

    ends = [own(tmp_path / str(i), Own(of_loss=f)) for i, f in enumerate((skipped, still))]
    assert [end.diverged for end in ends] == ["", ""]
    losses = [[value for _, _, value in end.history["train/loss"]] for end in ends]
    assert math.isnan(losses[0].pop(AT - 1)) and losses[1].pop(AT - 1) == 0
    assert losses[0] == losses[1] and len(losses[0]) == 14
