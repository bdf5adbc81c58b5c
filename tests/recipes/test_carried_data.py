"""The recipes of texts and masks, over the data that ART carries: every gate opens."""

from __future__ import annotations

import csv
import re
import shutil

import numpy as np
import pytest

import art
from art.running.building import build_data, build_model
from art.training.data_modules.description import describe
from tests.conftest import ROOT

CONFIGS = ROOT / "configs"
PAGE = (ROOT / "docs" / "texts-and-masks.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module", params=["banking", "nuclei"])
def done(request, tmp_path_factory):
    """A whole recipe's name, report and runs."""
    runs = tmp_path_factory.mktemp(request.param) / "runs"
    report = art.train(CONFIGS / f"{request.param}.cfg", overrides={"paths.runs": str(runs)})
    return request.param, report, runs / request.param


@pytest.mark.slow
def test_every_gate_opens_and_the_network_is_as_good_as_the_baseline(done):
    name, report, _ = done
    assert report.ok and len(report.report.stages) == 7
    for stage in report.report.stages:
        failed = [check.message for check in stage.checks if not check.passed]
        assert stage.status == "passed" and failed == [], stage.stage
    least = {"banking": 0.95, "nuclei": 0.98}[name]
    assert report.scores("evaluate")["test/accuracy"] >= least
    if name == "nuclei":
        found, simple = (report.scores(stage) for stage in ("evaluate", "baseline"))
        assert found["test/smallest_iou"] > simple["test/smallest_iou"] + 0.05


@pytest.mark.slow
def test_what_was_wrong_is_there_to_look_at(done):
    name, _, runs = done
    (folder,) = (runs / "07-evaluate").glob("0001-*")
    if name == "nuclei":
        assert (folder / "figures" / "masks_predicted_masks.png").stat().st_size > 10_000
        return
    with (folder / "tables" / "misread.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert 0 < len(rows) < 25
    assert all(row["true class"] != row["predicted"] for row in rows)
    shares = [float(row["probability"]) for row in rows]
    assert shares == sorted(shares, reverse=True)


@pytest.mark.parametrize("name", ["texts.cfg", "masks.cfg"])
def test_the_pages_configs_take_a_users_own_files(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(ROOT / "registry" / "data" / "files" / "banking_train.csv", "questions.csv")
    images = np.random.RandomState(0).randint(0, 255, (20, 16, 16), np.uint8)
    np.savez("cells.npz", images=images, masks=images > 200)
    (body,) = (b for b in re.findall(r"```ini\n(.*?)```", PAGE, re.DOTALL) if f"# {name}\n" in b)
    (tmp_path / name).write_text(body)
    assert art.validate(name) == []
    config = art.load(name)
    data = build_data(config, 0)
    module = build_model(config, describe(data), 0)
    inputs, targets = next(iter(data.train_dataloader()))
    outputs = module(inputs)
    assert outputs.shape[0] == len(targets) and outputs.shape[2:] == targets.shape[1:]
    assert outputs.shape[1] == data.num_classes
