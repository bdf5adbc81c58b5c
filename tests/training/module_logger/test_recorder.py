"""What a module sends to its logger: recorded, saved, or accepted and counted."""

from __future__ import annotations

import numpy as np
import pytest
import pytorch_lightning as pl
import torch
from matplotlib import pyplot
from PIL import Image

from art.training.module_logger.logger import module_logger


@pytest.fixture
def logger(tmp_path):
    rows = []
    made = module_logger(tmp_path, rows.extend)
    made.rows = rows
    return made


def names_and_values(logger):
    return [(step, name, value) for step, _, name, value in logger.rows]


def test_it_is_a_lightning_logger_with_a_folder_that_exists(logger, tmp_path):
    assert isinstance(logger, pl.loggers.Logger)
    assert logger.log_dir == f"{logger.save_dir}/{logger.name}/version_{logger.version}"
    assert (tmp_path / "logs/module/version_0").is_dir() and logger[0] is logger


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda e: e.add_scalar("a", torch.tensor(0.5), 3), [(3, "a", 0.5)]),
        (lambda e: e.add_scalar(tag="a", scalar_value=1, global_step=2), [(2, "a", 1.0)]),
        (lambda e: e.add_scalars("m", {"a": 1, "b": 2}, 4), [(4, "m/a", 1.0), (4, "m/b", 2.0)]),
        (lambda e: e.log({"a": 0.5, "b": np.float32(2)}), [(0, "a", 0.5), (0, "b", 2.0)]),
        (lambda e: e.log({"a": 0.5}, step=7), [(7, "a", 0.5)]),
        (lambda e: e.log("a", 0.5), [(0, "a", 0.5)]),
        (lambda e: e.log_metric("run", "a", 0.5, 1700000000, 9), [(9, "a", 0.5)]),
        (lambda e: e.log_metric("run", "a", 0.5), [(0, "a", 0.5)]),
        (lambda e: e.log_metric("a", 0.5, 6), [(6, "a", 0.5)]),
        (lambda e: e.log_metric("run", key="a", value=0.5, step=5), [(5, "a", 0.5)]),
        (lambda e: e.log_metrics({"a": 0.5}, step=5), [(5, "a", 0.5)]),
        (lambda e: e["x"].append(0.5, step=2), [(2, "x", 0.5)]),
        (lambda e: e["x"]["y"].log(0.5), [(0, "x/y", 0.5)]),
        (lambda e: e.__setitem__("x", 2), [(0, "x", 2.0)]),
    ],
)
def test_numbers_of_any_trackers_calls_are_recorded(logger, call, expected):
    call(logger.experiment)
    assert names_and_values(logger) == expected
    assert logger.recorder.said() == []


def test_pictures_of_any_make_are_saved(logger, tmp_path):
    board = logger.experiment
    figure = pyplot.figure()
    board.add_figure("figure", figure, 1)
    assert not pyplot.fignum_exists(figure.number)  # TensorBoard closes it as well
    board.add_image("red", torch.tensor([1.0, 0.0, 0.0]).reshape(3, 1, 1).expand(3, 4, 5), 2)
    board.add_image("last", np.zeros((4, 5, 3), np.uint8), 2, dataformats="HWC")
    board.add_images("four", torch.zeros(4, 1, 6, 7), 2)
    board.log({"pil": Image.new("RGB", (8, 9)), "list": [Image.new("L", (2, 2))] * 2}, step=3)
    logger.log_image("mine", [torch.zeros(3, 4, 5)], step=4)
    board.log_figure("run", pyplot.figure(), "mlflow.png")
    found = {str(p.relative_to(tmp_path / "media")) for p in tmp_path.rglob("*.png")}
    assert found == {
        "figure/00000001.png", "red/00000002.png", "last/00000002.png", "four/00000002.png",
        "pil/00000003.png", "list/0/00000003.png", "list/1/00000003.png", "mine/00000004.png",
        "mlflow/00000000.png",
    }  # fmt: skip
    red = Image.open(tmp_path / "media/red/00000002.png")
    assert red.size == (5, 4) and red.getpixel((0, 0)) == (255, 0, 0)
    assert Image.open(tmp_path / "media/four/00000002.png").size == (28, 6)
    pyplot.close("all")


def test_the_last_hundred_pictures_of_a_name_are_kept_and_no_name_leads_out(logger, tmp_path):
    for step in range(103):
        logger.experiment.add_image("../../../a b/x", torch.zeros(1, 2, 2), step)
    kept = sorted(path.name for path in (tmp_path / "media/a_b/x").iterdir())
    assert len(kept) == 100 and kept[0] == "00000003.png"


def test_files_are_copied(logger, tmp_path):
    made = tmp_path / "mine.txt"
    made.write_text("mine")
    logger.experiment.log_artifact("run", str(made))
    logger.experiment.log_artifact(str(made))
    assert (tmp_path / "media/files/mine.txt").read_text() == "mine"


def test_anything_else_is_accepted_and_counted(logger):
    board = logger.experiment
    for _ in range(3):
        board.add_mesh("m", vertices=torch.zeros(1, 3, 3))
    board.config.update({"a": 1})
    with board.train():
        board.log({"text": "words", "many": torch.zeros(3)})
    board.log({"picture": board.Image(torch.zeros(3))})
    logger.watch(None)
    board.flush()
    assert logger.recorder.said() == [
        "3 calls of self.logger.experiment.add_mesh were accepted and not recorded",
        "1 call of self.logger.experiment.config.update was accepted and not recorded",
        "1 call of self.logger.experiment.train was accepted and not recorded",
        "2 calls of self.logger.experiment.log were accepted and not recorded",
        "1 call of self.logger.experiment.Image was accepted and not recorded",
        "1 call of self.logger.watch was accepted and not recorded",
    ]
    assert logger.rows == [] and logger.recorder.said() == []
