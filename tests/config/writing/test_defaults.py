from __future__ import annotations

from dataclasses import replace

import pytest

from art.core.task import TaskProfile

SCORES = {"@metrics": "test.Metric.v1", "k": 1}


def test_a_config_without_metrics_gets_its_tasks(load) -> None:
    values = load().values
    assert values["metrics"] == {"scores": SCORES}
    assert values["visualizers"]["curves"]["stages"] == ["fit"]


@pytest.mark.parametrize(
    ("own", "metrics"),
    [
        ('[metrics.mine]\n@metrics = "test.Regression.v1"',
         {"scores": SCORES, "mine": {"@metrics": "test.Regression.v1"}}),
        ('[metrics.scores]\n@metrics = "test.Regression.v1"',
         {"scores": {"@metrics": "test.Regression.v1"}}),
        ('[metrics.mine]\n@metrics = "test.Metric.v1"\nk = 2',
         {"mine": {"@metrics": "test.Metric.v1", "k": 2}}),
        ("[metrics.scores]\nstages = []", {"scores": {**SCORES, "stages": []}}),
    ],
)  # fmt: skip
def test_a_metric_of_ones_own_adds_to_the_tasks(load, recipe, own, metrics) -> None:
    assert load(f"{recipe}\n{own}\n").values["metrics"] == metrics


def test_a_setting_of_a_default_part_can_be_changed_alone(load) -> None:
    values = load(overrides=["--metrics.scores.k=3"]).values
    assert values["metrics"] == {"scores": {"@metrics": "test.Metric.v1", "k": 3}}


def test_the_profile_is_the_tasks_else_the_first_metrics(load, recipe) -> None:
    profile = TaskProfile("classification", "accuracy", True)
    assert load().profile == profile  # no optimizer: the model brings its own loss
    optimized = recipe + '\n[optimizer]\n@optimizers = "test.Adam.v1"\n'
    assert load(optimized).profile == replace(profile, own_loss=True)
    bare = recipe[recipe.index("[data]") :]
    assert load(bare).profile == TaskProfile()
    measured = bare + '[metrics.m]\n@metrics = "test.Regression.v1"\n'
    assert load(measured).profile == TaskProfile("regression", "r2")


def test_a_stage_without_checks_gets_its_own(load) -> None:
    look, fit = load().stages
    assert (look.name, look.order, look.registered, look.checks) == ("look", 1, "test.Look.v1", {})
    assert list(fit.checks) == ["low", "score", "looked"]
    assert fit.checks["score"].block == {
        "@checks": "test.Less.v1",
        "score": "val/accuracy",
        "value": 0.5,
    }
    assert fit.checks["looked"].severity == "warn"
    assert fit.checks["low"].severity == "block"


def test_a_stage_that_names_checks_gets_those_alone(load, recipe) -> None:
    text = recipe + (
        '[stages.fit.checks.mine]\n@checks = "test.Less.v1"\nscore = "s"\nhint = "look"\n'
    )
    (check,) = load(text).stages[1].checks.values()
    assert (check.name, check.registered, check.hint) == ("mine", "test.Less.v1", "look")
    assert check.block == {"@checks": "test.Less.v1", "score": "s", "value": 0.5}


def test_a_setting_of_a_default_check_can_be_changed_alone(load) -> None:
    fit = load(overrides=["--stages.fit.checks.low.value=0.7"]).stages[1]
    assert list(fit.checks) == ["low", "score", "looked"]
    assert fit.checks["low"].block["value"] == 0.7


def test_a_stage_gets_its_overrides_where_it_names_none(load, recipe) -> None:
    assert load().stages[1].overrides == {"model.dropout": 0.0}
    assert load(recipe.replace("0.2", "0.0")).stages[1].overrides == {}
    assert load(recipe + "[stages.fit]\noverrides = {}\n").stages[1].overrides == {}


def test_overrides_see_each_of_several_models(load, recipe) -> None:
    text = recipe.replace("[model]", "[models.a]") + '[models.b]\n@models = "test.Encoder.v1"\n'
    config = load(text)
    assert config.stages[1].overrides == {"model.dropout": 0.0}
    changed = {
        name: config.for_model(name).with_settings({"model.dropout": 0.0}, "here").block("model")
        for name in config.models
    }
    assert changed["a"]["dropout"] == 0.0
    assert "dropout" not in changed["b"]


def test_a_stage_that_is_a_function_has_no_defaults_to_offer(load, recipe) -> None:
    (stage,) = load(recipe + '[project]\nstages = ["other"]\n').stages
    assert (stage.registered, stage.checks, stage.overrides) == ("test.plain_stage.v1", {}, {})
