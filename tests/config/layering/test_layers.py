from __future__ import annotations

from pathlib import Path

import pytest

from art.config import load as load_file
from art.errors import ConfigError, PathError


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_later_layers_win_and_every_setting_keeps_its_place(load, recipe, tmp_path) -> None:
    write(tmp_path / "home/art/system.cfg", '[paths]\nruns = "user"\nscratch = "/s"\n')
    near = write(tmp_path / "project/system.cfg", '[paths]\nruns = "near"\n[system]\ndevices = 2\n')
    config = load(
        recipe + '[paths]\nruns = "recipe"\n',
        folder=tmp_path / "project",
        environ={"ART_CONFIG_OVERRIDES": "--system.num_workers=3"},
        overrides=["--system.precision=16-mixed"],
    )
    assert config.paths == {"data": None, "runs": "near", "scratch": "/s"}
    assert (config.system.devices, config.system.num_workers) == (2, 3)
    assert config.system.precision == "16-mixed"
    assert str(config.origins["paths", "runs"]) == f"{near}:2:1"
    assert config.origins["system", "num_workers"].source == "ART_CONFIG_OVERRIDES"
    assert str(config.origins["data", "folder"]) == "config.cfg:6:1"


def test_a_system_file_that_is_named_replaces_the_one_beside_the_recipe(load, tmp_path) -> None:
    write(tmp_path / "system.cfg", "[system]\ndevices = 2\nnum_workers = 1\n")
    other = write(tmp_path / "other.cfg", "[system]\ndevices = 4\n")
    system = load(folder=tmp_path, system=other).system
    assert (system.devices, system.num_workers) == (4, 0)
    with pytest.raises(PathError, match="no such system config"):
        load(system=tmp_path / "missing.cfg")


def test_a_system_config_holds_no_science(load, tmp_path) -> None:
    file = write(
        tmp_path / "system.cfg", '[model]\nx = 1\n[loggers.r]\n@loggers = "test.Remote.v1"\n'
    )
    with pytest.raises(ConfigError) as caught:
        load(folder=tmp_path)
    assert f"{file}:1:1: [model] has no place in a system config" in str(caught.value)
    assert "[loggers" not in str(caught.value).split("holds")[0]


def test_another_function_starts_its_block_anew(load, recipe) -> None:
    config = load(recipe + '[loggers.csv]\n@loggers = "test.Remote.v1"\n')
    assert config.values["loggers"]["csv"] == {
        "@loggers": "test.Remote.v1",
        "url": "",
        "api_key": None,
    }
    same = load(recipe + '[loggers.csv]\n@loggers = "test.Csv.v1"\n')
    assert same.values["loggers"]["csv"]["every"] == 5


def test_another_function_from_the_command_line_takes_only_its_own_settings(load) -> None:
    config = load(overrides=["--model.@models=test.Other.v1", "--model.size=3"])
    assert config.block("model") == {"@models": "test.Other.v1", "size": 3}


def test_default_stages_count_only_where_the_recipe_names_them(load, recipe) -> None:
    assert set(load().values["stages"]) == {"look", "fit"}
    config = load(recipe + '[project]\nstages = ["other"]\n')
    assert set(config.values["stages"]) == {"other"}
    assert "csv" in config.values["loggers"]


def test_a_default_stage_needs_no_name_of_its_function(load, recipe) -> None:
    config = load(recipe + "[stages.fit]\nmax_epochs = 3\n")
    assert config.stages[1].block == {
        "max_epochs": 3,
        "@stages": "test.Fit.v1",
        "attempts": None,
    }


def test_a_dict_from_a_later_layer_replaces_the_earlier_one(load, recipe) -> None:
    text = recipe + '[stages.fit]\noverrides = {"model.dropout": 0.1, "data.limit": 2}\n'
    config = load(text, overrides=['--stages.fit.overrides={"data.limit": 3}'])
    assert config.stages[1].overrides == {"data.limit": 3}


def test_a_missing_config_is_said(tmp_path) -> None:
    with pytest.raises(PathError, match=r"nothing\.cfg: no such config"):
        load_file(tmp_path / "nothing.cfg")


def test_a_system_config_may_hold_settings_of_loggers_that_another_config_has(
    load, recipe, tmp_path
) -> None:
    write(tmp_path / "system.cfg", '[loggers.far]\nurl = "ours"\n')
    assert "far" not in load(recipe, folder=tmp_path).values["loggers"]
    named = load(recipe + '[loggers.far]\n@loggers = "test.Remote.v1"\n', folder=tmp_path)
    assert named.values["loggers"]["far"]["url"] == "ours"
    with pytest.raises(ConfigError, match=r"missing '@loggers'"):
        load(recipe, overrides=["--loggers.far.url=ours"])
