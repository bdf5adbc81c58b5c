"""Registries: names, duplicates, suggestions."""

import pytest

import art
from art import registries
from art.errors import RegistryError


def test_a_name_twice_names_both_places():
    @art.checks("test.twice.v1")
    def first():
        return None

    with pytest.raises(RegistryError) as caught:

        @art.checks("test.twice.v1")
        def second():
            return None

    message = str(caught.value)
    assert "@checks 'test.twice.v1' is registered twice" in message
    assert message.count(f"{__file__}:") == 2


def test_the_same_definition_again_is_no_duplicate():
    def part():
        return None

    art.checks("test.again.v1", part)
    art.checks("test.again.v1", part)
    assert art.checks.get("test.again.v1") is part


@pytest.mark.parametrize("name", ["my_check", "my check.v1", "", ".v1", "a.v", "1a.v1", "a/b.v1"])
def test_names_need_a_version_and_plain_letters(name):
    with pytest.raises(RegistryError, match="is no name for @checks"):
        art.checks(name)


def test_an_unknown_name_is_answered_with_the_nearest():
    art.models("test.Pyramid.v1", lambda: None)
    with pytest.raises(RegistryError, match=r"Did you mean 'test\.Pyramid\.v1'"):
        art.models.get("test.Piramid.v1")


def test_every_registry_of_the_contract_is_there():
    names = [
        "stages",
        "checks",
        "probes",
        "metrics",
        "visualizers",
        "loggers",
        "tasks",
        "data",
        "models",
        "optimizers",
        "schedulers",
        "callbacks",
        "modifiers",
        "advisors",
        "executors",
        "readers",
    ]
    assert list(registries.ALL) == names
    for name in names:
        assert getattr(art, name) is registries.ALL[name]


def test_no_module_in_art_bears_a_registrys_name():
    from pathlib import Path

    folder = Path(art.__file__).parent
    entries = {path.stem for path in folder.iterdir()}
    assert not entries & set(registries.ALL)


def test_public_names_resolve():
    for name in art.__all__:
        assert getattr(art, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = art.nothing
