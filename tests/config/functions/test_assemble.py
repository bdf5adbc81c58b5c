from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from art.config import build
from art.errors import ConfigError, DataError, RegistryError
from art.registries import models


def test_a_block_is_built_with_its_settings_in_their_types() -> None:
    made = build({"@models": "test.Net.v1", "widths": ["3", 4], "head": "a/b"}, data_info="info")
    assert made.got["data_info"] == "info"
    assert made.got["widths"] == (3, 4)
    assert made.got["head"] == Path("a/b")


def test_what_is_given_goes_only_to_those_who_take_it() -> None:
    made = build({"@optimizers": "test.Sgd.v1"}, params=iter([1]), optimizer="other")
    assert list(made.got["params"]) == [1]
    assert made.got["lr"] == 0.1
    assert build({"@models": "test.Other.v1"}, data_info=1).got == {"size": 1, "more": {}}


def test_blocks_inside_are_built_first_in_lists_and_dicts_too() -> None:
    inner = {"@models": "test.Encoder.v1", "depth": 5}
    block = {"@models": "test.Other.v1", "one": inner, "many": [inner, {"deep": inner}]}
    more = build(block, data_info="info").got["more"]
    for encoder in (more["one"], more["many"][0], more["many"][1]["deep"]):
        assert encoder.name == "encoder"
        assert encoder.got == {"data_info": "info", "depth": 5}


def test_nothing_is_shared_between_two_builds() -> None:
    @models("test.mutable_default.v1")
    def mutable(layers: list[int] = [1]) -> list[list[int]]:  # noqa: B006 - the danger itself
        return [layers]

    block = {"@models": "test.mutable_default.v1", "layers": [1]}
    build(block)[0].append(2)
    assert build(block)[0] == [1]
    assert block["layers"] == [1]


def test_a_dataclass_parameter_is_made_from_a_dict() -> None:
    @models("test.dataclass_parameter.v1")
    def takes(size: Size) -> Size:
        return size

    block = {"@models": "test.dataclass_parameter.v1", "size": {"width": 2, "height": "3"}}
    assert build(block) == Size(2, 3)


@dataclass
class Size:
    width: int
    height: int


def test_what_a_function_raises_comes_through() -> None:
    @models("test.raises.v1")
    def raises(kind: str) -> None:
        raise DataError("one class only") if kind == "user" else TypeError("a bug")

    with pytest.raises(DataError, match="one class only"):
        build({"@models": "test.raises.v1", "kind": "user"})
    with pytest.raises(TypeError, match="a bug"):
        build({"@models": "test.raises.v1", "kind": "bug"})


def test_what_cannot_be_built_is_said() -> None:
    with pytest.raises(RegistryError, match=r"Did you mean 'test\.Net\.v1'"):
        build({"@models": "test.Ney.v1"})
    with pytest.raises(ConfigError, match=r"test\.Net\.v1: dropout: expected float, got \[\]"):
        build({"@models": "test.Net.v1", "dropout": []})
    with pytest.raises(ConfigError, match="without an @name"):
        build({"dropout": 1})
