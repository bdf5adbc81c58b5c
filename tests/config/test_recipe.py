from __future__ import annotations

import pytest

from art.errors import ConfigError, UserError

PARTS = """
[loggers.remote]
@loggers = "test.Remote.v1"
skip_stages = ["fit"]
[callbacks.c]
@callbacks = "test.Callback.v1"
stages = ["fit"]
"""

MODELS = """
[models.small]
@models = "test.Net.v1"
widths = [1]
[models.large]
@models = "test.Net.v1"
widths = ${models.small.widths}
"""


def test_parts_are_on_in_their_stages_without_what_art_keeps(load, recipe) -> None:
    config = load(recipe + PARTS)
    assert list(config.parts("loggers", "look")) == ["csv", "remote"]
    assert config.parts("loggers", "fit") == {"csv": {"@loggers": "test.Csv.v1", "every": 5}}
    assert config.parts("callbacks", "fit") == {
        "c": {"@callbacks": "test.Callback.v1", "rate": 0.5}
    }
    assert config.parts("callbacks", "look") == {}
    assert config.parts("metrics", "look") == {"scores": {"@metrics": "test.Metric.v1", "k": 1}}


def test_what_is_handed_out_can_be_changed_without_harm(load) -> None:
    config = load()
    config.block("model")["dropout"] = 9
    config.models[""]["dropout"] = 9
    config.parts("metrics", "fit")["scores"]["k"] = 9
    assert config.block("model")["dropout"] == 0.2
    assert config.parts("metrics", "fit")["scores"]["k"] == 1


def test_settings_are_flat(load) -> None:
    settings = load().settings()
    assert settings["model.dropout"] == 0.2
    assert settings["training.max_epochs"] == 20
    assert settings["stages.fit.checks.low.value"] == 0.1
    assert settings["stages.fit.overrides"] == {"model.dropout": 0.0}


def test_raw_keeps_references(load, recipe) -> None:
    config = load(
        recipe.replace("0.2", "${optimizer.decay}") + '[optimizer]\n@optimizers = "test.Sgd.v1"\n'
    )
    assert config.raw["model"]["dropout"] == "${optimizer.decay}"
    assert config.values["model"]["dropout"] == 0.0


def test_each_of_several_models_can_be_the_model(load, recipe) -> None:
    config = load(recipe[: recipe.index("[model]")] + MODELS)
    assert list(config.models) == ["small", "large"]
    assert config.block("model") is None
    large = config.for_model("large")
    assert large.block("model") == config.models["large"]
    assert large.block("model")["widths"] == [1]
    assert "models" not in large.values
    assert str(large.origins["model", "widths"]) == "config.cfg:14:1"
    with pytest.raises(UserError, match="Did you mean 'large'"):
        config.for_model("lagre")


def test_a_lone_model_has_no_name(load) -> None:
    config = load()
    assert config.for_model("") is config
    assert list(config.models) == [""]


def test_settings_can_be_changed_and_are_checked(load) -> None:
    config = load()
    changed = config.with_settings(
        {"model.dropout": "0.5", "training.max_epochs": 3, "stages.fit.max_epochs": 4}, "here"
    )
    assert changed.block("model")["dropout"] == 0.5
    assert changed.training.max_epochs == 3
    assert changed.stages[1].block["max_epochs"] == 4
    assert str(changed.origins["model", "dropout"]) == "here"
    assert config.block("model")["dropout"] == 0.2 and config.training.max_epochs == 20


def test_wrong_settings_are_all_said_with_their_origin(load) -> None:
    with pytest.raises(ConfigError) as caught:
        load().with_settings(
            {"model.dropuot": 1, "data.batch_size": 0, "nowhere.x": 1, "model.@models": "x.v1"},
            "here",
        )
    assert [str(fault) for fault in caught.value.faults] == [
        "here: there is no setting 'model.dropuot': [model] has no 'dropuot'. "
        "Did you mean 'dropout'?",
        "here: data.batch_size: expected int >= 1, got 0.",
        "here: there is no setting 'nowhere.x'.",
        'here: model.@models: expected "test.Net.v1", got "x.v1".',
    ]


def test_the_text_is_resolved_and_can_be_read_again(load, recipe) -> None:
    text = recipe.replace('"here"', '"${project.name}/5$ ${paths.runs} ż"') + PARTS
    text += '[stages.fit]\noverrides = {"model.dropout": 0.1}\n[model.encoder]\n'
    text += '@models = "test.Encoder.v1"\n[paths]\nodd = "$${not.a} $$ref \\n=1"\n'
    config = load(text, overrides=["--data.limit=3"])
    written = config.to_text()
    again = load(written)
    assert again.values == config.values
    assert again.to_text() == written
    assert config.block("data")["folder"] == "config/5$ runs ż"
    assert config.paths["odd"] == "${not.a} $ref \n=1"


def test_the_text_is_in_the_order_in_which_configs_are_written(load) -> None:
    text = load().to_text()
    headers = [line for line in text.splitlines() if line.startswith("[") and "." not in line]
    assert headers[:6] == ["[project]", "[paths]", "[system]", "[task]", "[data]", "[model]"]
    assert text.startswith('[project]\nname = "config"\nseed = 0\n')
