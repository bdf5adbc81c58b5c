"""What the machine lacks is said before anything runs."""

from __future__ import annotations

import pytest

import art
from art.errors import ConfigError, UserError

HAS_NONE = "this machine has none. `--system.accelerator=auto` takes what there is."


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("--system.devices=2", "--system.devices=2: [system] devices = 2: training on several "
         "devices is not supported yet. Use 1."),
        ("--system.devices=-1", "--system.devices=-1: [system] devices = -1: training on several "
         "devices is not supported yet. Use 1."),
        ("--system.accelerator=mps",
         f'--system.accelerator=mps: [system] accelerator = "mps": {HAS_NONE}'),
    ],
)  # fmt: skip
def test_a_device_that_is_not_there_is_said_and_nothing_is_written(small, tmp_path, setting, says):
    from pytorch_lightning.accelerators import MPSAccelerator

    if "mps" in setting and MPSAccelerator.is_available():
        pytest.skip("this machine has one")
    with pytest.raises(UserError) as caught:
        art.train(small(), overrides=[setting])
    assert caught.value.message == says
    assert not (tmp_path / "runs").exists()


def test_a_mistyped_accelerator_is_a_mistake_of_the_config(small):
    with pytest.raises(ConfigError) as caught:
        art.train(small(), overrides=["--system.accelerator=gpuu"])
    (fault,) = caught.value.faults
    assert "accelerator" in str(fault) and "'gpu'" in str(fault)


def test_one_device_by_its_number_is_one(small):
    assert art.plan(small(), overrides=["--system.devices=[0]"])
