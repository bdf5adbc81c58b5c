"""A module that calls `self.logger` in every hook goes through the whole recipe."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

CODE = Path(__file__).parent.parent / "user_code" / "talkative.py"
CONFIG = """
[project]
name = "talk"
stages = {stages}
[system]
accelerator = "cpu"
save_every_seconds = 0
[data]
@data = "talkative.v1"
[model]
@models = "talkative.v1"
[training]
max_epochs = 3
"""
NUMBERS = (
    "tb/norm", "tb/a", "tb/b", "wandb/norm", "mlflow/norm", "mlflow/batch", "neptune/norm",
    "neptune/set",
)  # fmt: skip


@pytest.fixture
def train(art_command, tmp_path):
    def train(stages, *more, **environment):
        (tmp_path / "talk.cfg").write_text(CONFIG.format(stages=stages))
        return art_command("train", "talk.cfg", "--code", CODE, *more, **environment)

    return train


def rows_of(folder: Path) -> list[dict[str, str]]:
    with (folder / "metrics.csv").open() as file:
        return list(csv.DictReader(file))


def run_of(runs: Path, stage: str) -> Path:
    (found,) = runs.glob(f"*/*-{stage}/*-*")
    return found


def test_all_that_it_says_is_recorded_or_counted_in_every_stage(train, tmp_path):
    stages = '["explore", "loss_at_init", "overfit_one_batch", "overfit", "evaluate"]'
    done = train(stages)
    assert done.returncode == 0, done.stderr
    folder = run_of(tmp_path / "runs", "overfit")
    counted = Counter(row["name"] for row in rows_of(folder))
    assert {name: counted[name] for name in NUMBERS} == dict.fromkeys(NUMBERS, 3)
    assert counted["train/loss"] == 24  # of 3 epochs of 8 batches, each once
    norms = [(row["step"], row["epoch"]) for row in rows_of(folder) if row["name"] == "tb/norm"]
    assert norms == [("0", "0.0"), ("1", "1.0"), ("2", "2.0")]
    assert len(list(folder.glob("media/tb/many/*.png"))) == 3
    own = {path.name for path in (folder / "logs/module/version_0").iterdir()}
    assert own == {"epoch_0.txt", "epoch_1.txt", "epoch_2.txt"}
    log = (folder / "log.txt").read_text()
    assert "3 calls of self.logger.experiment.add_mesh were accepted and not recorded" in log
    last = run_of(tmp_path / "runs", "evaluate")
    assert any(row["name"] == "test/plain" for row in rows_of(last))
    assert (last / "media/scoring/test/picture/0/00000000.png").exists()


def test_a_killed_run_logs_everything_once(train, tmp_path):
    sign = tmp_path / "sign"
    assert train('["overfit"]', "--paths.runs=whole").returncode == 0
    assert train('["overfit"]', KILL_ME=str(sign)).returncode == -9
    done = train('["overfit"]', KILL_ME=str(sign))
    assert done.returncode == 0 and "goes on from epoch 2, after 3" in done.stderr, done.stderr
    whole, killed = run_of(tmp_path / "whole", "overfit"), run_of(tmp_path / "runs", "overfit")
    assert (whole / "metrics.csv").read_text() == (killed / "metrics.csv").read_text()
    assert _pictures(whole) == _pictures(killed)


def _pictures(folder: Path) -> dict[str, bytes]:
    found = (folder / "media").rglob("*.png")
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}
