"""Loaders of many kinds, the module's own too, through the stages and over a kill."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

CODE = Path(__file__).parent.parent / "user_code" / "loaders.py"
CONFIG = """
[project]
name = "loaders"
stages = {stages}
[system]
accelerator = "cpu"
save_every_seconds = 0
{data}
[model]
@models = "loaders.{model}.v1"
[training]
max_epochs = 5
"""
STAGES = '["explore", "loss_at_init", "overfit_one_batch", "overfit", "evaluate"]'


@pytest.fixture
def train(art_command, tmp_path):
    def train(data, model, stages=STAGES, *more, **environment):
        section = f'[data]\n@data = "loaders.{data}.v1"' if data else ""
        (tmp_path / "case.cfg").write_text(CONFIG.format(stages=stages, data=section, model=model))
        return art_command("train", "case.cfg", "--code", CODE, *more, **environment)

    return train


def scores_of(folder: Path, stage: str) -> dict[str, float]:
    (path,) = folder.glob(f"*/*-{stage}/*/record.json")
    scores: dict[str, float] = json.loads(path.read_text())["scores"]
    return scores


@pytest.mark.parametrize(
    ("data", "model", "stage", "expected"),
    [
        ("Combined", "Combined", "evaluate", {"val_loss", "test_loss", "test/accuracy"}),
        (
            "List", "List", "evaluate",
            {"val_loss/dataloader_idx_0", "val_loss/dataloader_idx_1", "test_loss_0",
             "test_loss_1", "val/loss", "val/accuracy"},
        ),
        (None, "Own", "evaluate", {"val_loss", "test_loss", "test/accuracy"}),
        pytest.param("Stream", "Plain", "evaluate", {"val_loss"}, marks=pytest.mark.slow),
        pytest.param("Train", "ByHand", "overfit", {"train/accuracy"}, marks=pytest.mark.slow),
        pytest.param("Train", "Plain", "overfit", {"train/accuracy"}, marks=pytest.mark.slow),
    ],
)  # fmt: skip
def test_every_kind_of_loader_reaches_the_modules_own_steps(
    train, tmp_path, data, model, stage, expected
):
    done = train(data, model)
    assert done.returncode == 0, done.stderr
    assert expected <= set(scores_of(tmp_path / "runs", stage))
    assert "save_hyperparameters" not in done.stderr and "Seed set" not in done.stderr


@pytest.mark.parametrize("data", ["List", "InTurn"])
def test_several_validation_loaders_are_scored_each(train, tmp_path, data):
    model = "List"
    done = train(data, model, '["overfit"]')
    assert done.returncode == 0, done.stderr
    scores = scores_of(tmp_path / "runs", "overfit")
    first, second = (scores[f"val_loss/dataloader_idx_{number}"] for number in (0, 1))
    assert first != second and scores["val/loss"] == first


def test_a_module_with_its_own_loaders_that_seeds_itself_is_gone_on_with(train, tmp_path):
    sign = str(tmp_path / "sign")
    assert train(None, "Own", '["overfit"]', "--paths.runs=whole").returncode == 0
    assert train(None, "Own", '["overfit"]', KILL_ME=sign).returncode == -9
    done = train(None, "Own", '["overfit"]', KILL_ME=sign)
    assert done.returncode == 0 and "goes on from epoch 3, after 3" in done.stderr, done.stderr
    rows = [next(tmp_path.glob(f"{runs}/*/*/*/metrics.csv")) for runs in ("runs", "whole")]
    assert rows[0].read_text() == rows[1].read_text()


def test_advice_is_said_once_and_in_the_log(train, tmp_path):
    assert train(None, "Own", '["loss_at_init", "overfit"]').returncode == 0
    logs = "".join(path.read_text() for path in tmp_path.glob("runs/*/*/*/log.txt"))
    assert logs.count("is already saved during checkpointing") == 1


def test_a_config_without_data_needs_a_module_that_brings_it(train):
    done = train(None, "None", '["overfit"]')
    assert done.returncode == 2
    assert "'loaders.None.v1' has no train_dataloader of its own. Add a section [data]" in (
        " ".join(done.stderr.split())
    )


def test_a_built_in_model_brings_none(art_command, tmp_path):
    (tmp_path / "case.cfg").write_text('[project]\nname = "x"\n[model]\n@models = "art.MLP.v1"\n')
    done = art_command("train", "case.cfg")
    assert done.returncode == 2 and "has no [data] section" in done.stderr
