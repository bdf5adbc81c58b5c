"""What is written is what is read; what is read is what a part is called with."""

from __future__ import annotations

import json
from typing import Any, get_origin

import pytest
from confection import Config
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from art import api
from art.config import build, load_text
from art.config.functions.signature import Parameter, signature_of
from art.config.functions.wording import NOT_JSON, plain
from art.config.layering.layers import merge
from art.config.reading.document import read
from art.config.reading.references import resolve
from art.config.sections import ENGINE_KEYS, NAMED, SINGLE
from art.config.writing.render import to_text
from art.registries import ALL
from tests.config.checking.mistakes import SOUND

api.populate()
PLACES = {registry: section for section, registry in SINGLE.items()}
PLACES |= {registry: f"{section}.part" for section, registry in NAMED.items()}
PLACES |= {"models": "model", "checks": "stages.overfit.checks.part", "stages": "stages.part"}
PARTS = [
    (registry, name)
    for registry in PLACES
    for name in ALL[registry].names()
    if name.startswith(("art.", "torch."))
]
SETTINGS_OF = {
    part: [
        parameter
        for key, parameter in signature_of(*part).parameters.items()
        if key not in {kept.name for kept in ENGINE_KEYS.get(part[0], ())}
    ]
    for part in PARTS
}
SPECIAL = {
    ("art.Beats.v1", "stage"): st.just("baseline"),
    ("art.Regularize.v1", "attempts"): st.lists(
        st.dictionaries(st.just("training.max_epochs"), st.integers(1, 9)), max_size=3
    ),
}
"""Settings that more than their type is asked of."""

TEXTS = st.text(max_size=12).filter(lambda text: "\0" not in text)


def values_of(name: str, parameter: Parameter) -> st.SearchStrategy[Any]:
    """Valid values of a setting."""
    if (name, parameter.name) in SPECIAL:
        return SPECIAL[name, parameter.name]
    if parameter.annotation is str:
        return TEXTS
    found = st.from_type(parameter.annotation)
    return found.filter(_can_be_written)


def _can_be_written(value: Any) -> bool:
    return plain(value) is not NOT_JSON and "\\u0000" not in json.dumps(plain(value))


@pytest.mark.parametrize(("registry", "name"), PARTS, ids=[name for _, name in PARTS])
def test_every_option_of_a_part_reaches_it(registry: str, name: str, monkeypatch) -> None:
    parameters = SETTINGS_OF[registry, name]
    calls: list[dict[str, Any]] = []
    monkeypatch.setattr("art.config.functions.assemble._caller", lambda function: _recording(calls))

    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.fixed_dictionaries({one.name: values_of(name, one) for one in parameters}))
    def reaches(given_values: dict[str, Any]) -> None:
        section = PLACES[registry]
        values: dict[str, Any] = {}
        for head, lines in SOUND.items():
            pairs = (line.split(" = ") for line in lines if head != section)
            _put(values, head, {key: text.strip('"') for key, text in pairs})
        block = {f"@{registry}": name, **{key: plain(v) for key, v in given_values.items()}}
        _put(values, section, block)
        config = load_text(to_text(values), "config.cfg", environ={})
        found = config.values
        for key in section.split("."):
            found = found[key]
        for key in given_values:
            assert found[key] == block[key]
        calls.clear()
        build({key: found[key] for key in block})
        for key, value in given_values.items():
            assert (calls[0][key], type(calls[0][key])) == (value, type(value))

    reaches()


def _recording(calls: list[dict[str, Any]]) -> Any:
    """In place of a part: writes down what it is called with, as `build` calls it."""
    from art.config.functions.assemble import _Held

    def call(*args: Any, **named: Any) -> Any:
        calls.append({key: held.value for key, held in named.items()})
        return _Held(None)

    return call


def _put(values: dict[str, Any], section: str, content: dict[str, Any]) -> None:
    for key in section.split("."):
        values = values.setdefault(key, {})
    values.update(content)


def test_every_part_with_settings_has_its_place() -> None:
    assert len(PARTS) > 30 and sum(map(len, SETTINGS_OF.values())) > 90
    for registry in ALL:
        if registry not in (*PLACES, "readers"):  # what a data part makes, and no config names
            assert not any(signature_of(registry, name).parameters for name in ALL[registry])


KEYS = st.from_regex(r"[a-z_][a-z0-9_-]{0,8}", fullmatch=True)
WORDS = TEXTS.filter(lambda text: not text.startswith("@"))  # that would make a block of a dict
LEAVES = (
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | TEXTS
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["${a.b}", "$${a}", "$", "1", "null", "True", "[1", "'x'", '"', "# x", " y "])
)  # fmt: skip
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | KEYS, inner, max_size=4),
    max_leaves=10,
)
BLOCKS = st.builds(
    lambda name, rest: {"@models": name, **rest}, TEXTS, st.dictionaries(KEYS, JSON, max_size=3)
)
CONFIGS = st.dictionaries(
    KEYS, st.dictionaries(KEYS, JSON | BLOCKS, min_size=1, max_size=4), min_size=1, max_size=4
)


def parsed(text: str) -> dict[str, Any]:
    layer = read(text, "config.cfg")
    assert layer.faults == []
    merged = merge([layer])
    found = resolve(merged.values, merged.places)
    assert found.faults == []
    return found.values


def without_references(value: Any) -> bool:
    return "$" not in str(value)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(CONFIGS)
def test_what_is_written_is_read_again(values: dict[str, Any]) -> None:
    text = to_text(values)
    assert parsed(text) == values
    assert _types(parsed(text)) == _types(values)
    assert to_text(parsed(text)) == text


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(CONFIGS)
def test_confection_reads_what_is_written_as_we_do(values: dict[str, Any]) -> None:
    assume(without_references(values) and "DEFAULT" not in values)
    text = to_text(values)
    assert Config().from_str(text, interpolate=False) == parsed(text)


def _types(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _types(item) for key, item in value.items()}
    return [_types(item) for item in value] if isinstance(value, list) else type(value)


def test_types_of_settings_that_no_value_can_be_made_of_are_none() -> None:
    for part, parameters in SETTINGS_OF.items():
        for parameter in parameters:
            assert parameter.annotation is not Any, (part, parameter.name)
            assert get_origin(parameter.annotation) is not type
