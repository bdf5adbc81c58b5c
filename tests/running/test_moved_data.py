"""The same data elsewhere, as on another machine, are the same; other data are not."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

import art
from art.running.inputs import InputDigests

CONFIG = """
[project]
name = "moved"
stages = ["explore", "baseline"]
[paths]
runs = "{runs}"
data = "{data}"
[task]
@tasks = "art.TabularRegression.v1"
[data]
@data = "art.CSV.v1"
file = "${{paths.data}}/table.csv"
target = "y"
[model]
@models = "art.Linear.v1"
[optimizer]
@optimizers = "torch.SGD.v1"
"""


@pytest.fixture
def trained(tmp_path):
    """Runs the recipe over a table in a folder; gives the stages that ran."""
    here = tmp_path / "here"
    here.mkdir()
    rows = [f"{at},{at * at % 97},{at + 0.1 * (at % 3)}" for at in range(120)]
    (here / "table.csv").write_text("\n".join(["a,b,y", *rows]) + "\n")

    def run(folder):
        config = tmp_path / "moved.cfg"
        config.write_text(CONFIG.format(runs=tmp_path / "runs", data=folder))
        return [record.stage for record in art.train(config).result.records]

    assert run(here) == ["explore", "baseline"]
    return run


def test_data_that_were_moved_are_up_to_date(trained, tmp_path):
    shutil.copytree(tmp_path / "here", tmp_path / "there")
    shutil.rmtree(tmp_path / "here")
    assert trained(tmp_path / "there") == []


def test_other_data_elsewhere_run_again(trained, tmp_path):
    shutil.copytree(tmp_path / "here", tmp_path / "there")
    table = tmp_path / "there" / "table.csv"
    table.write_text(table.read_text().replace("6,", "6.5,", 1))
    assert trained(tmp_path / "there") == ["explore", "baseline"]


@pytest.mark.parametrize("folder", [".", "absolute"])
def test_data_beside_the_config_are_followed_and_what_else_lies_there_is_not(
    tmp_path, monkeypatch, folder
):
    monkeypatch.chdir(tmp_path)
    rows = [f"{at},{at * at % 97},{at + 0.1 * (at % 3)}" for at in range(120)]
    table = Path("table.csv")
    table.write_text("\n".join(["a,b,y", *rows]) + "\n")
    data = str(tmp_path) if folder == "absolute" else folder

    def run():
        Path("moved.cfg").write_text(CONFIG.format(runs="runs", data=data))
        return [record.stage for record in art.train("moved.cfg").result.records]

    assert run() == ["explore", "baseline"]
    Path("notes.md").write_text("a note")
    Path(".hidden").write_text("x")
    Path("env").mkdir()
    Path("env/pyvenv.cfg").write_text("home = /usr\n")
    Path("env/library.txt").write_text("x")
    Path("other.cfg").write_text("[project]\n")
    assert run() == []
    table.write_text(table.read_text().replace("6,", "6.5,", 1))
    assert run() == ["explore", "baseline"]


def test_the_working_folder_is_followed_where_a_setting_names_it_as_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("labels").write_text("1")
    config = SimpleNamespace(
        values={"data": {"@data": "x", "folder": ".", "decimal": "..", "token": "s3cret-words"}},
        paths={"data": None},
    )
    found = InputDigests(config, {}, tmp_path / "runs" / "p" / "cache.json").data()
    assert found["."] and ".." not in found
    assert "s3cret-words" not in found and "***" not in found


STOPS = """
import os
import signal

import pytorch_lightning as pl

import art


@art.callbacks("moved.Stops.v1")
class Stops(pl.Callback):
    def on_train_epoch_start(self, trainer, pl_module):
        if trainer.current_epoch == 3 and "STOP" in os.environ:
            os.kill(os.getpid(), signal.SIGINT)
"""
TRAINS = """
[project]
name = "moved"
stages = ["overfit"]
[paths]
runs = "runs"
data = "here"
[system]
save_every_seconds = 0
[task]
@tasks = "art.TabularRegression.v1"
[data]
@data = "art.CSV.v1"
file = "${paths.data}/table.csv"
target = "y"
[model]
@models = "art.MLP.v1"
[optimizer]
@optimizers = "torch.AdamW.v1"
[training]
max_epochs = 6
[callbacks.stops]
@callbacks = "moved.Stops.v1"
"""


def test_an_interrupted_run_goes_on_with_its_data_elsewhere(tmp_path, art_command):
    here = tmp_path / "here"
    here.mkdir()
    rows = [f"{at},{at * at % 97},{at + 0.1 * (at % 3)}" for at in range(120)]
    (here / "table.csv").write_text("\n".join(["a,b,y", *rows]) + "\n")
    (tmp_path / "stops.py").write_text(STOPS)
    (tmp_path / "moved.cfg").write_text(TRAINS)
    train = ("train", "moved.cfg", "--code", "stops.py")
    assert art_command(*train, "--paths.runs=whole").returncode == 0
    stopped = art_command(*train, STOP="1")
    assert stopped.returncode == 130, stopped.stderr
    here.rename(tmp_path / "there")
    resumed = art_command(*train, "--paths.data=there")
    assert resumed.returncode == 0, resumed.stderr
    assert "goes on from epoch" in resumed.stderr
    (of_one,), (of_other,) = (list((tmp_path / r).rglob("metrics.csv")) for r in ("whole", "runs"))
    assert of_one.read_bytes() == of_other.read_bytes()
