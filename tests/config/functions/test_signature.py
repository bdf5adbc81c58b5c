from __future__ import annotations

from typing import Any

import pytest

from art.config import parameters
from art.errors import RegistryError
from art.registries import callbacks, data


def test_parameters_have_types_defaults_and_words() -> None:
    found = {parameter.name: parameter for parameter in parameters("data", "test.Data.v1")}
    assert list(found) == ["folder", "batch_size", "scale", "limit", "augment"]
    assert found["folder"].required and not found["limit"].required
    assert found["batch_size"].default == 64
    assert [found[name].type for name in ("folder", "batch_size", "scale", "limit")] == [
        "str",
        "int >= 1",
        '"unit" or "none"',
        "int >= 1 or null",
    ]
    assert found["folder"].doc == "where the files are, and more of that."
    assert found["batch_size"].doc == "samples in a batch."
    assert found["limit"].doc == ""


def test_what_art_gives_or_keeps_is_no_setting() -> None:
    assert [p.name for p in parameters("optimizers", "test.Sgd.v1")] == ["lr", "decay"]
    assert [p.name for p in parameters("callbacks", "test.Callback.v1")] == ["rate"]


def test_an_annotation_that_cannot_be_resolved_lets_anything_through() -> None:
    found = {parameter.name: parameter for parameter in parameters("models", "test.Net.v1")}
    assert found["encoder"].annotation is Any
    assert found["widths"].type == "list of int"


def test_a_class_inherits_the_parameters_of_its_constructor() -> None:
    class Base:
        def __init__(self, size: int = 3) -> None:
            self.size = size

    @data("test.Inherits.v1")
    class Inherits(Base):
        """Data.

        Args:
            size: of a batch.
        """

    (parameter,) = parameters("data", "test.Inherits.v1")
    assert (parameter.name, parameter.type, parameter.doc) == ("size", "int", "of a batch.")


def test_a_function_without_a_signature_takes_anything() -> None:
    callbacks("test.builtin.v1", dict)
    assert parameters("callbacks", "test.builtin.v1") == []


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(RegistryError, match=r"Did you mean 'test\.Data\.v1'"):
        parameters("data", "test.Dta.v1")
