from __future__ import annotations

from pathlib import Path

import pytest

from art.config import parse_overrides
from art.errors import ConfigError


def test_values_are_json_else_text_with_or_without_an_equals_sign() -> None:
    found = parse_overrides(
        [
            *("--model.dropout=0.3", "--paths.data", "/tmp/x=y", "--data.limit", "-1"),
            *('--project.stages=["a"]', "--data.augment=true", "--paths.runs="),
        ]
    )
    assert [(one.name, one.value) for one in found] == [
        ("model.dropout", 0.3),
        ("paths.data", "/tmp/x=y"),
        ("data.limit", -1),
        ("project.stages", ["a"]),
        ("data.augment", True),
        ("paths.runs", ""),
    ]
    assert str(found[1].at) == "--paths.data=/tmp/x=y"


def test_every_mistake_is_said_at_once_at_its_own_option() -> None:
    with pytest.raises(ConfigError) as caught:
        parse_overrides(["--modle.x=1", "word", "--model=3", "--model.x", "--data.y", "1"])
    assert [str(fault) for fault in caught.value.faults] == [
        "--modle.x=1: unknown section 'modle'. Did you mean 'model'?",
        "word: 'word' is not an option: settings are written --section.key=value.",
        "--model=3: '--model' names no setting: settings are --section.key=value.",
        "--model.x: '--model.x' needs a value: --model.x=value.",
    ]


def test_an_option_changes_the_config_and_is_its_origin(load) -> None:
    config = load(overrides=["--stages.fit.max_epochs=3", "--data.batch_size", "8"])
    assert config.stages[1].block["max_epochs"] == 3
    assert config.block("data")["batch_size"] == 8
    assert str(config.origins["data", "batch_size"]) == "--data.batch_size=8"


def test_an_unknown_key_is_located_at_the_option(load) -> None:
    with pytest.raises(ConfigError) as caught:
        load(overrides=["--stages.fit.max_epoch=3", "--stages.fti.max_epochs=3"])
    assert [str(fault) for fault in caught.value.faults] == [
        "--stages.fit.max_epoch=3: [stages.fit] unknown setting 'max_epoch'. "
        "Did you mean 'max_epochs'?",
        "--stages.fti.max_epochs=3: [stages.fti] missing '@stages', the name of a registered "
        "function. Did you mean 'fit'?",
    ]


def test_a_mapping_from_python_may_hold_paths_and_tuples(load, tmp_path: Path) -> None:
    config = load(overrides={"paths.data": tmp_path, "model.widths": (1, 2)})
    assert config.paths["data"] == str(tmp_path)
    assert config.block("model")["widths"] == [1, 2]
    with pytest.raises(ConfigError, match=r"overrides: 'data.folder' is not a JSON value"):
        load(overrides={"data.folder": object()})


def test_the_environment_comes_before_the_command_line(load) -> None:
    environ = {"ART_CONFIG_OVERRIDES": "--data.limit=1 --data.folder='a b'"}
    config = load(environ=environ, overrides=["--data.limit=2"])
    assert (config.block("data")["folder"], config.block("data")["limit"]) == ("a b", 2)
    with pytest.raises(ConfigError, match="ART_CONFIG_OVERRIDES:1:1: cannot be read"):
        load(environ={"ART_CONFIG_OVERRIDES": "--data.limit='"})


def test_a_secret_on_the_command_line_is_not_repeated(load) -> None:
    with pytest.raises(ConfigError) as caught:
        load(overrides=["--loggers.csv.api_key=abc123"])
    assert "--loggers.csv.api_key=***: " in str(caught.value)
    assert "abc123" not in str(caught.value)
