"""What a fit of a wrapped module does, held against plain torch."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest
import pytorch_lightning as pl
import torch
from torch import nn

from art.core.task import Task
from art.registry.metrics.classification import Classification as Scores
from art.registry.tasks.classification import Classification
from art.training.checkpoints.door import load_checkpoint
from art.training.data_modules.arrays import ArrayDataModule, Loaded, Splitting
from art.training.data_modules.description import describe
from art.training.data_modules.scaling import Encoder
from art.training.fitting import CHUNK, fit
from art.training.resuming.saving import Resumable, SaveClock
from art.training.settings import Sinks, TrainingSettings
from art.training.wrapping import TaskModule

SAMPLES, BATCH = 260, 20


@pytest.fixture
def data():
    """Three blobs in four dimensions, set up."""
    random = np.random.default_rng(0)
    targets = random.integers(0, 3, SAMPLES)
    inputs = (
        random.normal(size=(SAMPLES, 4)).astype("float32") + np.eye(4, dtype="float32")[targets]
    )
    loaded = Loaded(inputs, targets, _AsTheyAre(), ("a", "b", "c"))
    module = ArrayDataModule(lambda: loaded, Splitting(0.2, 0.0, 0), BATCH)
    module.setup("fit")
    return module


class _AsTheyAre(Encoder):
    feature_names = ()

    def fit(self, inputs):
        """Nothing to learn."""

    def transform(self, inputs):
        return inputs


def network() -> nn.Module:
    torch.manual_seed(3)
    return nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3))


def sgd(parameters):
    return torch.optim.SGD(parameters, lr=0.2, momentum=0.9)


def trained(
    data, tmp_path, *, task: Task | None = None, schedule=None, seen=None, kept=None,
    callbacks=(), **settings
):  # fmt: skip
    """A finished fit on the CPU."""
    module = TaskModule(
        network(), task or Classification(), describe(data), make_optimizer=sgd,
        make_scheduler=schedule,
    )  # fmt: skip
    rows: list = []
    wanted = {"max_epochs": 3, "accelerator": "cpu", "monitor": "val/loss", **settings}
    batches = wanted.pop("batches", None)
    done = fit(
        module, data, TrainingSettings(**wanted), metrics={"scores": Scores()},
        sinks=Sinks(log=rows.extend, callbacks=list(callbacks), resumable=kept),
        folder=tmp_path, seed=7, batches=batches,
    )  # fmt: skip
    return SimpleNamespace(fit=done, rows=rows, network=module.network)


def by_hand(data, epochs, *, accumulate=1, schedule=None):
    """The same training, written out; the losses of all batches and the network."""
    plain = network()
    optimizer = sgd(plain.parameters())
    scheduler = schedule(optimizer) if schedule else None
    losses = []
    loader = data.train_dataloader()
    for epoch in range(epochs):
        loader.set_epoch(epoch)
        batches = list(loader)
        for number, (inputs, targets) in enumerate(batches, start=1):
            loss = nn.functional.cross_entropy(plain(inputs), targets)
            (loss / accumulate).backward()
            losses.append(loss.item())
            if number % accumulate == 0 or number == len(batches):
                optimizer.step()
                optimizer.zero_grad()
        if scheduler:
            scheduler.step()
    return losses, plain


def same_weights(one, other) -> bool:
    pairs = zip(one.state_dict().values(), other.state_dict().values(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


def test_many_batches_a_call_train_as_a_plain_loop_does_bit_for_bit(data, tmp_path):
    per_epoch = len(data.train_dataloader())
    assert 1 < per_epoch < CHUNK  # an epoch ends inside a chunk
    losses, plain = by_hand(data, 3)
    done = trained(data, tmp_path)
    assert [value for _, _, value in done.fit.history["train/loss"]] == losses
    assert done.fit.steps == len(losses) == 3 * per_epoch
    last = load_checkpoint(done.fit.checkpoint)
    if last["epoch"] == 2:
        assert same_weights(done.network, plain)


def test_accumulated_batches_make_one_step_and_the_epochs_last_are_not_lost(data, tmp_path):
    losses, _ = by_hand(data, 3, accumulate=4)
    done = trained(data, tmp_path, accumulate=4)
    assert [value for _, _, value in done.fit.history["train/loss"]] == losses
    per_epoch = len(data.train_dataloader())
    assert per_epoch % 4 and done.fit.steps == 3 * math.ceil(per_epoch / 4)


@pytest.mark.parametrize("part", [1, 7, 19])
def test_a_batch_in_parts_takes_the_same_steps(data, tmp_path, part):
    losses, _ = by_hand(data, 3)
    done = trained(data, tmp_path, micro_batch=part)
    found = [value for _, _, value in done.fit.history["train/loss"]]
    assert done.fit.steps == len(losses)
    assert found == pytest.approx(losses, rel=2e-4)


def test_a_schedule_moves_once_an_epoch(data, tmp_path):
    def halved(optimizer, total_steps=0, total_epochs=0):
        return torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)

    losses, _ = by_hand(data, 3, schedule=halved)
    done = trained(data, tmp_path, schedule=halved)
    assert [value for _, _, value in done.fit.history["train/loss"]] == losses


def test_a_clipped_gradient_moves_the_weights_no_further_than_the_norm(data, tmp_path):
    before = network()
    after = trained(data, tmp_path, max_steps=1, gradient_clip=1e-3, max_epochs=1).network
    moved = math.sqrt(
        sum(
            (a - b).pow(2).sum().item()
            for a, b in zip(after.parameters(), before.parameters(), strict=True)
        )
    )
    assert moved == pytest.approx(0.2 * 1e-3, rel=1e-3)


def test_the_weights_kept_and_scored_are_those_of_the_best_epoch(data, tmp_path):
    done = trained(data, tmp_path, max_epochs=12)
    series = [value for _, _, value in done.fit.history["val/loss"]]
    kept = load_checkpoint(done.fit.checkpoint)
    assert kept["epoch"] == series.index(min(series))
    assert done.fit.scores["val/loss"] == pytest.approx(min(series), rel=1e-6)
    inputs, targets = next(iter(data.val_dataloader()))
    plain = network()
    plain.load_state_dict({k.removeprefix("network."): v for k, v in kept["state_dict"].items()})
    accuracy = (plain(inputs).argmax(1) == targets).float().mean().item()
    assert done.fit.scores["val/accuracy"] == pytest.approx(accuracy, abs=1e-6)


def test_one_batch_ends_when_its_loss_is_low_enough_or_lost(data, tmp_path):
    batch = next(iter(data.train_dataloader()))
    batches = {"batches": [batch], "max_steps": 20_000}
    done = trained(data, tmp_path, stop_ratio=0.01, **batches)
    losses = [value for _, _, value in done.fit.history["train/loss"]]
    first = next(n for n, loss in enumerate(losses, start=1) if loss <= 0.01 * losses[0])
    assert done.fit.steps == len(losses) < first + CHUNK
    assert done.fit.checkpoint is None
    lost = trained(data, tmp_path, task=_Infinite(), **batches)
    assert lost.fit.steps == CHUNK


class _Infinite(Classification):
    def loss(self, outputs, targets):
        return super().loss(outputs, targets) * math.inf


def test_training_stops_when_nothing_gets_better(data, tmp_path):
    done = trained(data, tmp_path, max_epochs=500, patience=3)
    series = [value for _, _, value in done.fit.history["val/loss"]]
    assert len(series) == series.index(min(series)) + 4
    assert done.rows[-1][2].startswith("val/")


class OutOfMemory(pl.Callback):
    """Ends the training once, as an allocation does that fails.

    The sign that it came is a file: an attribute would be put back with the rest of the run.
    """

    def __init__(self, sign):
        self.sign = sign

    def on_train_epoch_start(self, trainer, pl_module):
        if trainer.current_epoch == 2 and not self.sign.exists():
            self.sign.touch()
            raise MemoryError


def test_a_run_that_ran_out_of_memory_goes_on_with_parts_of_batches_that_fit(data, tmp_path):
    said: list[str] = []
    rows_before: list[int] = []

    def kept():
        return Resumable(
            tmp_path / "states", SaveClock(0), rows=lambda: 0,
            goes_on=lambda rows, ended: rows_before.append(rows), note=said.append,
        )  # fmt: skip

    whole = trained(data, tmp_path / "whole")
    callbacks = [OutOfMemory(tmp_path / "came")]
    with pytest.raises(MemoryError):
        trained(data, tmp_path / "cut", kept=kept(), callbacks=callbacks)
    rest = trained(data, tmp_path / "cut", kept=kept(), callbacks=callbacks, micro_batch=8)
    assert len(rows_before) == 1 and said == ["goes on from epoch 2, after 0 of its batches"]
    assert rest.fit.steps == whole.fit.steps
    ours, theirs = rest.fit.history["train/loss"], whole.fit.history["train/loss"]
    per_epoch = len(theirs) // 3
    assert ours[:per_epoch] == theirs[:per_epoch]  # as they were trained before, to the bit
    assert [loss for *_, loss in ours] == pytest.approx([loss for *_, loss in theirs], rel=1e-4)
