"""Batches of any make go through explore, baseline and evaluate; what they lack is said."""

from __future__ import annotations

from dataclasses import replace

import pytest

import art
from benchmarks.faults.clean import HARD
from benchmarks.faults.configs import config_text

pytestmark = pytest.mark.filterwarnings("ignore")
NO_TARGETS = "the batches have no targets beside their inputs"
UNTOLD = "it cannot be told which part of a batch holds the targets"


@pytest.fixture
def run(tmp_path):
    """Runs some stages on a clean program; gives the report and each stage's log."""

    def run(name, *stages, epochs=1):
        program = HARD[name]
        names = {"data": f"any.{name}.v1", "models": f"any.{name}.v1"}
        for registry, key, make in (
            (art.data, "data", program.make_data),
            (art.models, "models", program.make_model),
        ):
            if names[key] not in registry:
                registry(names[key])(lambda make=make: make())
        sections = {"project": {"stages": list(stages)}}
        program = replace(program, max_epochs=epochs, sections=sections)
        config = tmp_path / "any.cfg"
        config.write_text(config_text(program, names, folder=str(tmp_path), seed=0, task=False))
        done = art.train(config)
        logs = {
            path.parent.parent.name.partition("-")[2]: path.read_text()
            for path in tmp_path.glob("runs/*/*/*/log.txt")
        }
        return done, logs

    return run


def _warnings(done):
    return [check.message for record in done.result.records for check in record.warnings]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("tensor_alone", NO_TARGETS),
        pytest.param("list_of_one", NO_TARGETS, marks=pytest.mark.slow),
        pytest.param("diffusion", UNTOLD, marks=pytest.mark.slow),
        ("tokens_alone", NO_TARGETS),
    ],
)
def test_data_without_targets_is_measured_and_has_no_baseline(run, name, why):
    done, logs = run(name, "explore", "baseline")
    assert done.ok, [record.error for record in done.result.records]
    assert f"no baseline is fitted: {why}" in logs["baseline"]
    assert any(why in warning for warning in _warnings(done)), _warnings(done)
    assert {"train/input_std", "val/seen_in_train"} <= set(done.scores("explore"))


@pytest.mark.parametrize(
    ("name", "score"),
    [
        ("numbers_and_codes", "val/accuracy"),
        pytest.param("numbers_codes_target", "val/accuracy", marks=pytest.mark.slow),
        ("ids_and_mask", "val/accuracy"),
        ("lengths", "val/accuracy"),
        pytest.param("pairs", "val/r2", marks=pytest.mark.slow),
        ("own_keys", "val/r2"),
        pytest.param("named_tuple", "val/accuracy", marks=pytest.mark.slow),
        pytest.param("data_class", "val/accuracy", marks=pytest.mark.slow),
        pytest.param("stream", "val/accuracy", marks=pytest.mark.slow),
        pytest.param("two_loaders", "val/accuracy", marks=pytest.mark.slow),
    ],
)
def test_inputs_and_targets_are_found_and_a_baseline_is_fitted(run, name, score):
    done, _ = run(name, "explore", "baseline")
    assert done.ok, [(r.error, r.failed_checks) for r in done.result.records]
    assert score in done.scores("baseline")


@pytest.mark.parametrize("name", ["scenes", "clouds"])
def test_what_cannot_be_read_is_said(run, name):
    done, logs = run(name, "explore", "baseline")
    assert done.ok
    (said,) = _warnings(done)
    assert said.startswith("the data could not be read, so nothing was measured of it: train: ")
    assert "no baseline is fitted: the inputs are" in logs["baseline"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("train_and_val", "there is no test split: the model is judged on val, which chose it"),
        ("train_alone", "there is no test split: the model is not judged"),
    ],
)
def test_without_a_test_split_val_is_judged_and_that_is_said(run, name, said):
    done, _ = run(name, "overfit", "evaluate", epochs=10)
    assert done.ok, [(r.error, r.failed_checks) for r in done.result.records]
    assert any(warning.startswith(said) for warning in _warnings(done))
    assert ("val/accuracy" in done.scores("evaluate")) == (name == "train_and_val")


def test_inputs_of_several_parts_are_scored(run):
    done, _ = run("numbers_codes_target", "overfit", "evaluate")
    assert done.ok
    assert "test/accuracy" in done.scores("evaluate")


def test_networks_that_are_optimized_by_hand_need_no_loss_of_the_whole(run):
    done, _ = run("adversarial", "overfit", "evaluate")
    assert done.ok
    assert "train/loss" not in done.scores("overfit") and "g_loss" in done.scores("overfit")
