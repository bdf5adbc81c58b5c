"""`art.SoundnessCallback`: any Trainer's run is probed and watched, and ends with the same bits."""

from __future__ import annotations

import subprocess
import sys
import time
import warnings
from pathlib import Path

import pytest
import pytorch_lightning as pl
import torch
from torch import nn

import art
from tests.conftest import ROOT
from tests.user_code.loops import Own, loaders

SOFTMAX = "a softmax comes before cross_entropy, which applies its own"
QUIET = {
    "max_epochs": 2, "logger": False, "enable_checkpointing": False, "enable_progress_bar": False,
    "enable_model_summary": False, "accelerator": "cpu",
}  # fmt: skip


def trained(module: pl.LightningModule, *callbacks: pl.Callback) -> pl.LightningModule:
    torch.manual_seed(1)
    pl.Trainer(callbacks=list(callbacks), **QUIET).fit(module, *loaders())
    return module


class ByHand(Own):
    """Optimizes by hand, and forgets zero_grad."""

    def __init__(self):
        super().__init__()
        self.automatic_optimization = False

    def training_step(self, batch, batch_idx):
        self.manual_backward(super().training_step(batch, batch_idx))
        self.optimizers().step()


class Lost(Own):
    """Its loss is NaN in the second epoch."""

    def training_step(self, batch, batch_idx):
        loss = super().training_step(batch, batch_idx)
        return loss * float("nan") if self.global_step == 12 else loss


@pytest.mark.parametrize("probes", [True, False])
def test_a_sound_run_is_let_be_and_ends_with_the_same_bits(probes):
    callback = art.SoundnessCallback(probes=probes)
    with warnings.catch_warnings():
        warnings.simplefilter("error", art.SoundnessWarning)
        watched = trained(Own(), callback)
    alone = trained(Own())
    assert callback.report.sound and not callback.report.findings
    assert all(map(torch.equal, watched.state_dict().values(), alone.state_dict().values()))
    assert bool(callback.not_judged) is not probes
    assert bool(callback.report.looked_for) is probes


@pytest.mark.parametrize("probes", [True, False])
@pytest.mark.parametrize(
    ("make", "cause"),
    [
        (lambda: Own(nn.Softmax(1)), SOFTMAX),
        (ByHand, "gradients add up from step to step: zero_grad is missing or misplaced"),
        (Lost, "the loss is not a finite number"),
    ],
)
def test_a_fault_is_warned_of_once_and_the_run_goes_on(make, cause, probes):
    callback = art.SoundnessCallback(probes=probes)
    with pytest.warns(art.SoundnessWarning) as told:
        module = trained(make(), callback)
    said = [each for each in told if cause in str(each.message)]
    assert len(said) == 1
    assert cause in [finding.cause for finding in callback.report.findings]
    assert module.trainer.current_epoch == 2


def test_it_stops_before_the_first_step_where_that_is_asked_for():
    module = Own(nn.Softmax(1))
    before = {name: value.clone() for name, value in module.state_dict().items()}
    with pytest.raises(art.UnsoundError, match=r"(?s)softmax.*Remedy: Return the raw outputs"):
        trained(module, art.SoundnessCallback(stop=True))
    assert all(torch.equal(before[n], value) for n, value in module.state_dict().items())


def test_what_cannot_be_copied_is_trained_and_watched_and_the_reason_is_there():
    module = Own()
    module.file = Path(__file__).open()  # noqa: SIM115
    callback = art.SoundnessCallback()
    trained(module, callback)
    module.file.close()
    assert "cannot be copied" in callback.not_judged
    assert callback.report.sound


def test_a_trainer_of_the_other_namespace_takes_it_too():
    code = """
import pytorch_lightning, lightning.pytorch as pl, torch, warnings, art
from torch import nn
from tests.user_code.loops import loaders, network
from tests.api.test_soundness_callback import QUIET, SOFTMAX
class Other(pl.LightningModule):
    def __init__(self): super().__init__(); self.net = network(nn.Softmax(1))
    def training_step(self, batch, index):
        return nn.functional.cross_entropy(self.net(batch[0]), batch[1])
    def configure_optimizers(self): return torch.optim.Adam(self.parameters(), lr=1e-2)
warnings.simplefilter("ignore")
found = art.SoundnessCallback()
pl.Trainer(callbacks=[found], **QUIET).fit(Other(), loaders()[0])
assert [each.cause for each in found.report.findings] == [SOFTMAX], found.report
assert found.report.findings[0].found_by == "art.LossDomain.v1"
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr


class Waits(Own):
    """Its forward pass waits, as for a GPU or a disk."""

    def forward(self, inputs):
        time.sleep(0.2)
        return super().forward(inputs)


def test_the_probes_end_in_the_time_that_they_are_given():
    callback = art.SoundnessCallback(seconds=1.0)
    module = Waits()
    began = time.monotonic()
    pl.Trainer(callbacks=[callback], max_steps=1, limit_val_batches=0, **{
        name: value for name, value in QUIET.items() if name != "max_epochs"
    }).fit(module, loaders()[0])  # fmt: skip
    assert time.monotonic() - began < 10  # all of the probes would take above a minute
    hooks = nn.modules.module._global_forward_pre_hooks
    assert not hooks
