"""What a checkpoint can hold, and what comes back of anything else."""

from __future__ import annotations

import collections
import enum
import json
import random

import numpy as np
import pytest
import pytorch_lightning as pl
import torch

from art.errors import PathError
from art.training.checkpoints.door import load_checkpoint
from art.training.checkpoints.lightning_io import VerifiedCheckpointIO
from art.training.checkpoints.plain_values import json_values, plain, restored
from art.training.checkpoints.use import for_lightning


class Colour(str, enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    HIGH = 3


ARRAYS = [
    np.arange(6, dtype=np.uint32).reshape(2, 3).T,
    np.zeros((0, 3), np.float32),
    np.array(1.5, np.float16),
    np.array(["a", "bcd"]),
    np.array(["2026-11-27"], "M8[D]"),
    np.array([1, 2], ">i8"),
    np.float32(0.1),
    np.int64(7),
    np.bool_(True),
]


@pytest.mark.parametrize("array", ARRAYS, ids=lambda a: f"{a.dtype}{a.shape}")
def test_arrays_of_numpy_come_back_through_a_file(tmp_path, array):
    path = tmp_path / "a.ckpt"
    doors = VerifiedCheckpointIO()
    doors.save_checkpoint({"mine": {"state": [array]}}, path)
    found = doors.load_checkpoint(path)["mine"]["state"][0]
    assert type(found) is type(array) and found.dtype == array.dtype and found.shape == array.shape
    assert found.tobytes() == array.tobytes()


def test_containers_stay_what_they_are(tmp_path):
    values = {"tuple": (1, (2.0, None)), "set": {1, 2}, "list": [b"x"], 3: 1j, ("a", 1): True}
    doors = VerifiedCheckpointIO()
    doors.save_checkpoint(values, tmp_path / "a.ckpt")
    assert doors.load_checkpoint(tmp_path / "a.ckpt") == values


def test_generators_go_on_from_where_they_were(tmp_path):
    own, numpys = random.Random(3), np.random.RandomState(4)
    doors = VerifiedCheckpointIO()
    states = {"own": own.getstate(), "numpys": numpys.get_state()}
    doors.save_checkpoint(states, tmp_path / "a.ckpt")
    expected = [own.random(), numpys.rand()]
    found = doors.load_checkpoint(tmp_path / "a.ckpt")
    own.setstate(found["own"])
    numpys.set_state(found["numpys"])
    assert [own.random(), numpys.rand()] == expected


def test_subclasses_become_what_they_derive_from():
    point = collections.namedtuple("point", "x y")(1, 2)
    assert plain([Colour.RED, Level.HIGH, point]) == ["red", 3, (1, 2)]
    assert [type(part) for part in plain([Colour.RED, Level.HIGH, point])] == [str, int, tuple]


def test_what_is_kept_as_its_text_is_named():
    lost: list[str] = []
    content = {"a": {"f": len}, "b": [1, np.array([object()]), torch.zeros(1)]}
    assert isinstance(plain(content, lost)["a"]["f"], str)
    assert lost == ["a.f", "b[1]"]


@pytest.mark.parametrize("dtype", ["O", "nonsense", "O,i4", "<f8"])
def test_a_forged_array_is_refused(dtype):
    forged = {"__numpy__": dtype, "shape": (1,), "bytes": torch.zeros(5, dtype=torch.uint8)}
    with pytest.raises(PathError, match="cannot be read"):
        restored([forged])


def test_hyperparameters_are_jsons_values(tmp_path):
    hparams = {
        "width": 64,
        "betas": (0.9, np.float32(0.5)),
        "loss": torch.nn.MSELoss(),
        "limit": float("inf"),
        "weights": torch.ones(2),
    }
    path = tmp_path / "a.ckpt"
    VerifiedCheckpointIO().save_checkpoint({"hyper_parameters": hparams, "other": (1,)}, path)
    found = load_checkpoint(path)
    text = json.dumps(found["hyper_parameters"], allow_nan=False)
    assert json.loads(text) == {
        "width": 64,
        "betas": [0.9, 0.5],
        "loss": "MSELoss()",
        "limit": "inf",
        "weights": [1.0, 1.0],
    }
    assert found["other"] == (1,)
    assert json_values({1: {2}}) == {"1": [2]}


def test_a_token_among_the_hyper_parameters_is_not_kept(tmp_path):
    path = tmp_path / "last.ckpt"
    hparams = {"width": 8, "api_token": "plain-words", "hub": {"url": "https://me:pw1234@host/x"}}
    VerifiedCheckpointIO().save_checkpoint({"hyper_parameters": hparams}, path)
    found = load_checkpoint(path)["hyper_parameters"]
    assert found["width"] == 8 and found["api_token"] == "***"
    assert b"plain-words" not in path.read_bytes() and b"pw1234" not in path.read_bytes()


class Keyed(pl.LightningModule):
    def __init__(self, api_key: str = "", width: int = 1):
        super().__init__()
        self.save_hyperparameters()


def test_nor_in_what_art_leaves_for_lightning():
    made = for_lightning(Keyed("Zebra-9911-crossing", width=3))
    assert made["hyper_parameters"] == {"api_key": "***", "width": 3}
