"""Numbers in a module's attributes are kept as a checkpoint can hold them."""

from __future__ import annotations

import enum

import numpy as np
from torch import nn

from art.training.checkpoints.attributes import attributes_of
from art.training.checkpoints.door import load_checkpoint, save_checkpoint


class Level(enum.IntEnum):
    HIGH = 3


def test_numbers_of_numpy_and_enums_come_back_as_numbers(tmp_path):
    module = nn.Linear(1, 1)
    module.weight_of_domain = np.float64(0.5)
    module.level = Level.HIGH
    module.on = True
    kept = attributes_of(module)
    assert [type(kept[name]) for name in ("weight_of_domain", "level", "on")] == [float, int, bool]
    save_checkpoint({"attributes": kept}, tmp_path / "best.ckpt")
    assert load_checkpoint(tmp_path / "best.ckpt")["attributes"] == kept
