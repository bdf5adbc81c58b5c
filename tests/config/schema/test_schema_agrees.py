"""The schema and the loader agree on every setting of every built-in part, over random values."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from art import api
from art.config.functions.annotations import NOT_JSON, Mismatch, coerce, plain
from art.config.functions.signature import signature_of
from art.config.schema.document import config_schema
from art.config.sections import ENGINE_KEYS, PLAIN, Written, plain_parameters
from art.registries import ALL

api.populate()
SETTINGS = [
    (f"#/$defs/{name}.{function}/properties/{parameter.name}", parameter)
    for name in ALL
    for function in ALL[name]
    if function.startswith(("art.", "torch."))
    for parameter in signature_of(name, function).parameters.values()
] + [
    (f"#/properties/{section}/properties/{parameter.name}", parameter)
    for section in PLAIN
    for parameter in plain_parameters(section)
]
FEW = settings(
    max_examples=15, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip
WORDS = st.sampled_from(["auto", "none", "unit", "mse", "block", "a", ""])
NUMBERS = st.integers(-3, 3) | st.sampled_from([0.0, 0.5, 1.0, 2**32])
ANY = st.recursive(
    st.none() | st.booleans() | NUMBERS | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=2),
    max_leaves=4,
)


@pytest.fixture(scope="module")
def schema():
    return config_schema()


def validator(schema, place):
    return Draft202012Validator({"$ref": place, **{k: schema[k] for k in ("$defs", "properties")}})


def names_a_block(value):
    """Whether a key begins with @, as the name of a block's function does."""
    if isinstance(value, dict):
        return any(key.startswith("@") or names_a_block(one) for key, one in value.items())
    return isinstance(value, list) and any(map(names_a_block, value))


def values_of(annotation):
    """Values of a type; Hypothesis knows no metadata but those of annotated-types."""
    written = [one for kind in get_args(annotation) for one in get_args(kind)[1:]
               if isinstance(one, Written)]  # fmt: skip
    if not written:
        return st.from_type(annotation)
    texts = st.from_regex(written[0].pattern, fullmatch=True)
    return st.none() | texts if type(None) in get_args(annotation) else texts


@pytest.mark.parametrize(("place", "parameter"), SETTINGS, ids=[place for place, _ in SETTINGS])
def test_every_value_of_a_settings_type_holds(schema, place, parameter):
    if parameter.name in {item.name for items in ENGINE_KEYS.values() for item in items}:
        pytest.skip("a setting of a block that ART keeps")
    checks = validator(schema, place)
    settings_of_any_name = st.lists(st.dictionaries(WORDS, NUMBERS, max_size=2), max_size=2)
    open_ended = "Any" in str(parameter.annotation)

    @FEW
    @given(settings_of_any_name if open_ended else values_of(parameter.annotation))
    def holds(value):
        value = plain(value)
        assume(value is not NOT_JSON and not names_a_block(value))
        coerce(parameter, value)
        if place.startswith("#/properties/project"):  # names are folders, and stages differ
            return
        assert list(checks.iter_errors(value)) == []

    holds()


@pytest.mark.parametrize(("place", "parameter"), SETTINGS, ids=[place for place, _ in SETTINGS])
def test_what_the_schema_lets_through_the_loader_takes(schema, place, parameter):
    checks = validator(schema, place)

    @FEW
    @given(ANY)
    def agrees(value):
        if checks.is_valid(value):
            coerce(parameter, value)
            return
        try:
            found = coerce(parameter, value)
        except Mismatch:
            return
        # the loader reads "3" as 3, 1 as true, and so on; what it reads, the schema takes
        assert found != value or type(found) is not type(value) or "project" in place

    agrees()


@pytest.mark.parametrize(("place", "parameter"), SETTINGS, ids=[place for place, _ in SETTINGS])
def test_a_default_holds(schema, place, parameter):
    if parameter.required:
        pytest.skip("it has none")
    assert list(validator(schema, place).iter_errors(plain(parameter.default))) == []
