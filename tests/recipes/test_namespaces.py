"""Lightning's two namespaces, alone and mixed, through stages, kills and `art debug`."""

from __future__ import annotations

import json
import sys

import pytest

NAMES = {"old": "pytorch_lightning", "new": "lightning.pytorch"}
PROGRAM = """
import os
import signal
from pathlib import Path

import {module} as of_module
import {data} as of_data
import torch
from {callback}.callbacks import EarlyStopping, ModelCheckpoint
from sklearn.datasets import load_wine
from torch.utils.data import DataLoader, TensorDataset, random_split

import art

SIGN = Path(__file__).with_name("killed")


@art.data("mixed.v1")
class Wine(of_data.LightningDataModule):
    def setup(self, stage=None):
        x, y = load_wine(return_X_y=True)
        x = (x - x.mean(0)) / x.std(0)
        whole = TensorDataset(torch.tensor(x).float(), torch.tensor(y))
        self.parts = random_split(whole, [118, 30, 30], torch.Generator().manual_seed(0))

    def train_dataloader(self):
        return DataLoader(self.parts[0], batch_size=16, shuffle=True)

    def val_dataloader(self):
        return DataLoader(self.parts[1], batch_size=30)

    def test_dataloader(self):
        return DataLoader(self.parts[2], batch_size=30)


@art.models("mixed.v1")
class Net(of_module.LightningModule):
    def __init__(self):
        super().__init__()
        self.save_hyperparameters()
        self.net = torch.nn.Sequential(
            torch.nn.Linear(13, 32), torch.nn.ReLU(), torch.nn.Dropout(0.2), torch.nn.Linear(32, 3)
        )

    def forward(self, x):
        return self.net(x)

    def on_train_start(self):
        assert len(self.trainer.datamodule.parts) == 3

    def training_step(self, batch, index):
        x, y = batch
        loss = torch.nn.functional.cross_entropy(self(x), y)
        self.log("train_loss", loss)
        if "KILL_ME" in os.environ and self.current_epoch == 2 and index == 3:
            if not SIGN.exists():
                SIGN.touch()
                os.kill(os.getpid(), signal.SIGKILL)
        return loss

    def validation_step(self, batch, index):
        x, y = batch
        self.log("val_loss", torch.nn.functional.cross_entropy(self(x), y))

    def test_step(self, batch, index):
        x, y = batch
        self.log("test_loss", torch.nn.functional.cross_entropy(self(x), y))

    def configure_callbacks(self):
        return [EarlyStopping("val_loss", patience=50), ModelCheckpoint(monitor="val_loss")]

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=0.01)
"""
CONFIG = """
[project]
name = "mixed"
stages = {stages}
[system]
accelerator = "cpu"
save_every_seconds = 0
[data]
@data = "mixed.v1"
[model]
@models = "mixed.v1"
[training]
max_epochs = 6
"""
STAGES = '["explore", "loss_at_init", "overfit_one_batch", "overfit", "evaluate"]'
MIXTURES = [
    ("new", "new", "new"),
    ("new", "old", "new"),
    pytest.param(("old", "new", "new"), marks=pytest.mark.slow),
    pytest.param(("old", "new", "old"), marks=pytest.mark.slow),
    pytest.param(("old", "old", "new"), marks=pytest.mark.slow),
    pytest.param(("new", "old", "old"), marks=pytest.mark.slow),
    pytest.param(("new", "new", "old"), marks=pytest.mark.slow),
]


@pytest.fixture
def written(tmp_path):
    """Writes the program for three namespaces and its config; returns the code file."""

    def write(mixture, stages=STAGES):
        module, data, callback = (NAMES[each] for each in mixture)
        (tmp_path / "case.cfg").write_text(CONFIG.format(stages=stages))
        code = tmp_path / f"{'_'.join(mixture)}.py"
        code.write_text(PROGRAM.format(module=module, data=data, callback=callback))
        return code

    return write


def records(folder):
    """Scores, checks and status of every stage, newest last."""
    found = {}
    for path in sorted(folder.glob("*/*/*/record.json")):
        record = json.loads(path.read_text())
        checks = [(c["name"], c["passed"], c["value"]) for c in record["checks"]]
        found[record["stage"]] = (record["status"], record["scores"], checks)
    return found


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """What comes of the program in the older namespace alone."""
    import os
    import subprocess

    folder = tmp_path_factory.mktemp("alone")
    names = dict.fromkeys(("module", "data", "callback"), NAMES["old"])
    (folder / "case.cfg").write_text(CONFIG.format(stages=STAGES))
    (folder / "code.py").write_text(PROGRAM.format(**names))
    command = [sys.executable, "-m", "art", "train", "case.cfg", "--code", "code.py"]
    environment = {**os.environ, "XDG_CONFIG_HOME": str(folder / "xdg")}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    return records(folder / "runs")


@pytest.mark.parametrize("mixture", MIXTURES, ids="-".join)
def test_a_mixed_program_gives_what_it_gives_in_one_namespace(
    mixture, written, art_command, tmp_path, alone
):
    done = art_command("train", "case.cfg", "--code", written(mixture))
    assert done.returncode == 0, done.stderr
    assert records(tmp_path / "runs") == alone


@pytest.mark.parametrize(
    "mixture",
    [("new", "old", "old"), pytest.param(("new", "new", "new"), marks=pytest.mark.slow)],
    ids="-".join,
)
def test_a_killed_run_goes_on_to_the_same_numbers(mixture, written, art_command, tmp_path):
    command = "train", "case.cfg", "--code", written(mixture, '["overfit"]')
    assert art_command(*command, "--paths.runs=whole").returncode == 0
    assert art_command(*command, KILL_ME="1").returncode == -9
    done = art_command(*command, KILL_ME="1")
    assert done.returncode == 0, done.stderr
    assert "goes on from epoch 3, after 3 of its batches" in done.stderr
    assert records(tmp_path / "runs") == records(tmp_path / "whole")
    rows = [
        next(tmp_path.glob(f"{runs}/*/*/*/metrics.csv")).read_text() for runs in ("runs", "whole")
    ]
    assert rows[0] == rows[1]


@pytest.mark.parametrize("mixture", [("new", "new", "new"), ("old", "new", "old")], ids="-".join)
def test_debug_model_probes_it(mixture, written, art_command):
    done = art_command("debug", "model", "case.cfg", "--code", written(mixture))
    assert done.returncode == 0, done.stderr


def test_the_namespace_that_is_not_used_is_not_imported(written, art_command, tmp_path):
    import subprocess

    code = written(("new", "new", "new"), '["overfit_one_batch", "overfit", "evaluate"]')
    script = (
        "import art, sys\n"
        f"assert art.train('case.cfg', code=[{str(code)!r}]).ok\n"
        "assert 'lightning.pytorch' in sys.modules\n"
        "other = [n for n in sys.modules if n.split('.')[0].startswith('pytorch_lightning')]\n"
        "assert not other, other\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


HINGE = """
import lightning as L
import torch

import art


@art.models("hinge.v1")
class Net(L.LightningModule):
    def __init__(self):
        super().__init__()
        self.net = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 10))

    def forward(self, x):
        return self.net(x)

    def training_step(self, batch, index):
        x, y = batch
        return torch.nn.functional.multi_margin_loss(self(x), y)

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.05)
"""


def test_a_module_of_lightning_on_arts_data_is_trained_by_its_own_step(art_command, tmp_path):
    (tmp_path / "hinge.py").write_text(HINGE)
    (tmp_path / "case.cfg").write_text(
        '[project]\nname = "hinge"\nstages = ["loss_at_init"]\n[data]\n@data = "art.Digits.v1"\n'
        '[model]\n@models = "hinge.v1"\n'
    )
    done = art_command("train", "case.cfg", "--code", "hinge.py")
    assert done.returncode == 0, done.stderr
    loss = records(tmp_path / "runs")["loss_at_init"][1]["train/loss"]
    assert 0.7 < loss < 1.3  # a margin of 1 missed by nearly all 10 classes; cross-entropy: 2.3
    with_optimizer = tmp_path / "case.cfg"
    with_optimizer.write_text(
        with_optimizer.read_text() + '[optimizer]\n@optimizers = "torch.SGD.v1"\nlr = 0.1\n'
    )
    done = art_command("train", "case.cfg", "--code", "hinge.py")
    assert done.returncode == 2
    assert "brings its own optimizer (configure_optimizers)" in done.stderr
