"""An output for a pixel must look at that pixel."""

from __future__ import annotations

import pytest

import art
from tests.conftest import ROOT

CODE = [ROOT / "tests" / "user_code" / name for name in ("pixel_nets.py", "probing_stage.py")]
CONFIG = """
[project]
name = "pixels"
stages = ["probing"]
[paths]
runs = "{runs}"
[task]
@tasks = "art.Segmentation.v1"
[data]
@data = "art.Nuclei.v1"
[model]
@models = "{model}"
[optimizer]
@optimizers = "torch.AdamW.v1"
[stages.probing]
@stages = "probing.v1"
probes = ["art.ReceptiveField.v1"]
"""


@pytest.fixture
def faults(tmp_path):
    """What the probe is certain of: (cause, evidence) each."""

    def run(model: str) -> list[tuple[str, str]]:
        config = tmp_path / "pixels.cfg"
        config.write_text(CONFIG.format(runs=tmp_path / "runs", model=model))
        done = art.train(config, code=CODE, force=True)
        (record,) = done.result.records
        assert record.status == "passed", record.error
        if not record.scores["probes/faults"] + record.scores["probes/suspicions"]:
            return []
        (table,) = (tmp_path / "runs").rglob("tables/suspicions.csv")
        return [tuple(line.split(",")[1:3]) for line in table.read_text().splitlines()[1:]]

    return run


@pytest.mark.parametrize("model", ["pixels.Scrambled.v1", "pixels.Turned.v1"])
def test_outputs_that_stand_elsewhere_are_a_fault(faults, model):
    ((certain, cause),) = faults(model)
    assert certain == "True"
    assert cause.startswith("the outputs land on the wrong pixels")


@pytest.mark.parametrize(
    "model", ["art.UNet.v1", "pixels.Small.v1", "pixels.Coarse.v1", "pixels.Whole.v1"]
)
def test_outputs_that_look_at_their_own_pixels_or_at_all_are_none(faults, model):
    assert faults(model) == []
