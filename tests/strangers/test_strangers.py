"""Programs as strangers write them: ART finds no fault in them, and crashes nowhere."""

from __future__ import annotations

import pytest

import art
from art.api.looking import examine
from tests.conftest import ROOT

FOLDER = ROOT / "tests" / "strangers"
STAGES = ["baseline", "loss_at_init", "overfit_one_batch", "overfit", "regularize", "evaluate"]
CONFIG = """
[project]
name = "stranger"
stages = {stages}
[paths]
runs = "{runs}"
[data]
@data = "stranger.{data}.v1"
[model]
@models = "stranger.{model}.v1"
[training]
max_epochs = 5
"""
PROGRAMS = {
    "generative": {
        "Digits": ["GAN", "Critic", "VAE", "Likelihood", "Diffusion"],
    },
    "views": {"TwoViews": ["SimCLR", "CLIP", "BYOL", "MoCo", "Barlow"]},
    "sequences": {"Tokens": ["GPT", "CharRNN"], "Reversal": ["Seq2Seq"]},
    "texts": {"Documents": ["Hub"]},
    "images": {
        "Masks": ["Segmenter"], "Boxes": ["Detector"],
    },
    "domains": {"Domains": ["DANN"], "Triplets": ["Triplet"]},
    "tables": {
        "Cancer": ["OneLogit", "OwnSplit", "Distilled"], "Diabetes": ["RawUnits"],
        "Pairs": ["Pair"],
    },
    "science": {
        "RawSeries": ["DoublyResidual"], "Lifetimes": ["RankedInABank"], "Times": ["Decay"],
    },
    "tasks": {"Several": ["MultiTask"]},
    "agents": {"None": ["DQN"], "Graphs": ["GNN"], "Citations": ["GCN"]},
    "odd_losses": {
        "Flat": ["SummedVAE", "Annealed", "Similarity", "Reinforce", "Stars"],
        "NoValidation": ["Negative"],
    },
    "odd_steps": {
        "FlatSteps": ["Sharpness", "Attacked", "Saturating", "Frozen", "LateTerm", "Experts"],
    },
}  # fmt: skip
ALL = [
    (file, data, model)
    for file, pairs in PROGRAMS.items()
    for data, models in pairs.items()
    for model in models
]
IN_STAGES = {
    "MoCo", "OneLogit", "OwnSplit", "DQN", "GCN", "Negative", "LateTerm", "Reinforce", "Critic",
    "Decay",
}  # fmt: skip
"""Whose stages are run as well: those that were blocked, or whose losses are no errors."""

PROBED = {
    "GAN", "VAE", "SimCLR", "CLIP", "GPT", "Seq2Seq", "Hub", "Segmenter", "DANN", "Distilled",
    "RawUnits", "DoublyResidual", "RankedInABank", "MultiTask", "GNN", "Annealed",
    "Attacked", "Experts",
}  # fmt: skip
"""Whose probes are run in the fast tests; those of `IN_STAGES` are run there by their stages."""


@pytest.fixture
def config(tmp_path):
    """Writes the config of a program, of `[data]` and `[model]` alone."""

    def write(data: str, model: str) -> str:
        names = str(STAGES).replace("'", '"')
        text = CONFIG.format(stages=names, runs=tmp_path / "runs", data=data, model=model)
        path = tmp_path / "stranger.cfg"
        path.write_text(text)
        return path

    return write


@pytest.mark.parametrize(
    ("file", "data", "model"),
    [
        pytest.param(*each, marks=() if each[2] in PROBED else pytest.mark.slow, id=each[2])
        for each in ALL
    ],
)
def test_no_probe_of_the_model_finds_a_fault(config, file, data, model):
    found = examine(config(data, model), "model", code=[FOLDER / f"{file}.py"])
    assert [stage.crashed for stage in found.stages] == ["", ""]
    assert [f"{fault.cause}: {fault.evidence}" for fault in found.faults] == []


@pytest.mark.parametrize(
    ("file", "data", "model"),
    [
        pytest.param(*each, marks=() if each[2] in IN_STAGES else pytest.mark.slow, id=each[2])
        for each in ALL
    ],
)
def test_no_gate_closes(config, file, data, model):
    """Of each program, by the whole recipe but for the stages that read its data alone."""
    done = art.train(config(data, model), code=[FOLDER / f"{file}.py"])
    failed = [
        (record.stage, check.name, check.message)
        for record in done.result.records
        for check in record.checks
        if check.severity == "block" and not check.passed
    ]
    assert failed == []
    assert [(r.stage, r.status, r.error) for r in done.result.records] == [
        (stage, "passed", "") for stage in STAGES
    ]


SAID = {
    "OneLogit": ("[contract] frozen", {"contract.frozen": ["old_head"]}),
    "OwnSplit": ("[contract] coupled", {"contract.coupled": True}),
    "Frozen": ("[contract] frozen", {"contract.frozen": ["body"]}),
    "SummedVAE": (
        "[contract] reduction",
        {"contract.reduction": "sum", "contract.stochastic": True},
    ),
    "Experts": ("[contract] frozen", {"contract.frozen": ["experts.3"]}),
}


@pytest.mark.parametrize("model", SAID)
def test_a_suspicion_names_the_line_that_lifts_it(config, model):
    file, data = next((f, d) for f, d, m in ALL if m == model)
    path, code = config(data, model), [FOLDER / f"{file}.py"]
    line, overrides = SAID[model]
    before = [f for s in examine(path, "model", code=code).stages for f in s.findings]
    assert [f.severity for f in before] and any(line in f.remedy for f in before)
    after = examine(path, "model", code=code, overrides=overrides)
    assert [f.cause for s in after.stages for f in s.findings] == []


def test_a_loss_that_rises_while_the_weights_stand_still_is_not_judged(config):
    path = config("TwoViews", "MoCo")
    stages = ["baseline", "loss_at_init", "overfit_one_batch"]
    done = art.train(path, code=[FOLDER / "views.py"], stages=stages)
    checks = {check.name: check for check in done.result.records[-1].checks}
    assert checks["learnt"].passed
    assert "while the weights stand still" in checks["sound"].message
