from __future__ import annotations

import pytest

from art.core.contract import Contract
from art.registries import models


def test_every_default_is_filled_in_after_what_is_there(load) -> None:
    assert list(load().block("model").items()) == [
        ("@models", "test.Net.v1"),
        ("dropout", 0.2),
        ("widths", [8, 4]),
        ("encoder", None),
        ("head", "x"),
    ]


def test_plain_sections_have_all_their_settings(load) -> None:
    config = load()
    assert config.project.name == "config"
    assert config.project.seed == 0
    assert config.training.max_epochs == 20
    assert config.training.deterministic is True
    assert config.contract == Contract()
    assert config.contract.augmentations == ["train"]


def test_values_are_turned_into_their_types(load, recipe) -> None:
    text = recipe.replace('"here"', '"here"\nbatch_size = "8"\naugment = True')
    text += '[optimizer]\n@optimizers = "test.Sgd.v1"\nlr = 1\n'
    config = load(text)
    assert config.block("data")["batch_size"] == 8
    assert config.block("data")["augment"] is True
    lr = config.block("optimizer")["lr"]
    assert (lr, type(lr)) == (1.0, float)


def test_nested_blocks_are_filled_too(load, recipe) -> None:
    text = recipe + '[model.encoder]\n@models = "test.Encoder.v1"\n'
    assert load(text).block("model")["encoder"] == {"@models": "test.Encoder.v1", "depth": 2}


def test_a_default_can_be_referred_to(load, recipe) -> None:
    text = recipe + '[optimizer]\n@optimizers = "test.Sgd.v1"\ndecay = ${data.batch_size}\n'
    assert load(text).block("optimizer")["decay"] == 64.0


def test_a_function_that_takes_any_setting_is_given_any(load, recipe) -> None:
    text = recipe.replace("test.Net.v1", "test.Other.v1")
    assert load(text).block("model") == {"@models": "test.Other.v1", "dropout": 0.2, "size": 1}


def test_a_default_that_its_own_annotation_refuses_is_right(load, recipe) -> None:
    def wrong(size: int = None, text: str = "5$$ ${a.b}"):  # type: ignore[assignment]  # noqa: RUF013
        return size

    models("test.wrong_default.v1", wrong)
    text = recipe.replace("test.Net.v1", "test.wrong_default.v1").replace("dropout = 0.2\n", "")
    block = load(text).block("model")
    assert block["size"] is None
    assert block["text"] == "5$$ ${a.b}"


@pytest.mark.parametrize("value", ["3", "3.0", '"3"'])
def test_a_whole_number_may_be_written_in_any_way(load, recipe, value) -> None:
    found = load(recipe + f"[training]\nmax_epochs = {value}\n").values["training"]["max_epochs"]
    assert (found, type(found)) == (3, int)
