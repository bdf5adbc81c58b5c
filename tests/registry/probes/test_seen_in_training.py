"""Test samples that an override of a stage takes out of what the model was trained on."""

from __future__ import annotations

import pytest

import art

CONFIG = """
[project]
name = "seen"
stages = ["overfit", "evaluate"]
[paths]
runs = "{runs}"
[task]
@tasks = "art.TabularClassification.v1"
[data]
@data = "{data}"
batch_size = 32
[model]
@models = "art.MLP.v1"
[optimizer]
@optimizers = "torch.AdamW.v1"
lr = 0.003
[training]
max_epochs = 5
[stages.{stage}]
overrides = {overrides}
"""
CAUSE = "the model was trained on test samples, in overfit"


def evaluated(tmp_path, overrides, *, stage="evaluate", data="art.BreastCancer.v1"):
    config = tmp_path / "seen.cfg"
    runs = tmp_path / "runs"
    config.write_text(CONFIG.format(runs=runs, data=data, stage=stage, overrides=overrides))
    return art.train(config).result.records[-1]


@pytest.mark.parametrize("stage", ["evaluate", pytest.param("overfit", marks=pytest.mark.slow)])
def test_another_split_in_one_of_the_stages_closes_the_gate(tmp_path, stage):
    record = evaluated(tmp_path, '{"data.split_seed": 5}', stage=stage)
    assert (record.stage, record.status) == ("evaluate", "failed")
    causes = [one.cause for one in record.suspected if one.certain]
    assert CAUSE in causes, causes
    assert "overrides" in next(one.remedy for one in record.suspected if one.cause == CAUSE)


@pytest.mark.parametrize(
    "overrides", [pytest.param("{}", marks=pytest.mark.slow), '{"data.batch_size": 7}']
)
def test_the_same_samples_in_both_are_sound(tmp_path, overrides):
    record = evaluated(tmp_path, overrides)
    assert record.status == "passed", [one.cause for one in record.suspected]


@pytest.mark.slow
def test_other_settings_that_leave_the_split_as_it_is_are_sound(tmp_path):
    record = evaluated(tmp_path, '{"data.scale": "none"}', stage="overfit")
    assert CAUSE not in [one.cause for one in record.suspected]
