"""What a GPU alone can show. `make test-gpu` runs it where there is one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest
import torch

from art import api
from tests.conftest import ROOT

pytestmark = pytest.mark.gpu

CONFIG = ROOT / "configs" / "digits.cfg"
SHORT = ["--training.max_epochs=6"]
ACCELERATOR = os.environ.get("ART_TEST_ACCELERATOR", "gpu")
"""`cpu` runs these tests without a GPU, to see that they themselves are right."""


@pytest.fixture(autouse=True)
def a_gpu_is_here():
    if ACCELERATOR == "gpu" and not torch.cuda.is_available():
        pytest.skip("this machine has no GPU")


def train(folder, *more):
    place = [f"--paths.runs={folder}", f"--system.accelerator={ACCELERATOR}"]
    return api.train(CONFIG, overrides=[*place, *more])


def test_a_recipe_passes_on_a_gpu_with_the_verdicts_of_the_cpu(tmp_path):
    on_gpu = train(tmp_path / "gpu", *SHORT)
    on_cpu = train(tmp_path / "cpu", *SHORT, "--system.accelerator=cpu")
    verdicts = [
        {(s.stage, c.name): c.passed for s in done.report.stages for c in s.checks}
        for done in (on_gpu, on_cpu)
    ]
    assert verdicts[0] == verdicts[1]
    devices = {record.environment["device"] for record in on_gpu.result.records}
    assert (devices == {"cpu"}) is (ACCELERATOR == "cpu")


@pytest.mark.parametrize("precision", ["auto", "bf16-mixed", "16-mixed"])
def test_it_trains_in_half_precision(tmp_path, precision):
    if precision == "16-mixed" and ACCELERATOR == "cpu":
        pytest.skip("float16 is for GPUs")
    done = train(tmp_path, *SHORT, f"--system.precision={precision}")
    assert done.scores("overfit")["train/accuracy"] > 0.9


def test_a_run_that_is_killed_goes_on_to_the_same_scores(tmp_path):
    whole = train(tmp_path / "whole", *SHORT).scores("overfit")
    command = [sys.executable, "-m", "art", "train", str(CONFIG), *SHORT]
    command += [f"--paths.runs={tmp_path / 'cut'}", f"--system.accelerator={ACCELERATOR}"]
    command += ["--system.save_every_seconds=0"]
    running = subprocess.Popen(command)
    states = tmp_path / "cut"
    until = time.monotonic() + 120
    while not list(states.glob("*/*overfit/*/checkpoints/resume/*/*")) and time.monotonic() < until:
        time.sleep(0.05)
    running.send_signal(signal.SIGKILL)
    running.wait()
    assert train(states, *SHORT).scores("overfit") == pytest.approx(whole, abs=1e-5)


WIDE = """
import art
import torch


class Wide(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(64, 10)

    def forward(self, x):
        return self.layer(x.flatten(1)) + 0 * x.new_ones(len(x), 2**31).sum(1, keepdim=True)


@art.models("wide.v1")
def wide():
    return Wide()
"""
BESIDE = """
[task]
@tasks = "art.ImageClassification.v1"

[data]
@data = "art.Digits.v1"

[model]
@models = "wide.v1"

[optimizer]
@optimizers = "torch.Adam.v1"
lr = 0.001
"""


def test_a_batch_beyond_the_memory_is_told_with_one_that_fits(tmp_path):
    if ACCELERATOR == "cpu":
        pytest.skip("a machine's own memory is not to be filled")
    (tmp_path / "case.py").write_text(WIDE)
    (tmp_path / "case.cfg").write_text(BESIDE)
    done = api.train(
        tmp_path / "case.cfg",
        code=[tmp_path / "case.py"],
        overrides=[f"--paths.runs={tmp_path}", "--system.accelerator=gpu"],
    )
    assert done.exit_code == 3
    assert "max_batch_size" in done.result.records[-1].error
