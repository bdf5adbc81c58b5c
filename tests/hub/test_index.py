"""Indexes: the one that comes with ART, and those of the user."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from art import api
from art.errors import ConfigError, HubError
from art.hub.getting import get
from art.hub.index import BUILT_IN, built_in
from art.hub.settings import hub_settings
from tests.hub.conftest import DIGITS


def index(*entries: dict[str, str]) -> str:
    return json.dumps({"schema": 1, "title": "Ours", "configs": list(entries)})


def test_the_built_in_index_has_every_recipe_and_each_can_be_fetched(home):
    recipes = {path.stem for path in BUILT_IN.parent.glob("*.cfg")} - {"default"}
    assert {entry.name for entry in built_in()} == recipes
    for name in sorted(recipes):
        assert get(name, accept=True).config.is_file()
        assert len(next(entry for entry in built_in() if entry.name == name).title) <= 60


def test_the_users_indexes_come_after_it(web, system_cfg, home):
    entry = {"name": "ours", "title": "A title", "source": "recipes/a.cfg"}
    url = web.text("/hub/index.json", index(entry, {**entry, "name": "digits"}))
    web.text("/hub/recipes/a.cfg", DIGITS)
    system_cfg(f'[hub]\nindexes = ["{url}"]\n[system]\nnum_workers = 1\n')
    assert get("ours", accept=True).text.endswith(DIGITS)
    assert "Needs no download" in get("digits", accept=True).text
    listed = api.hub_entries()
    assert [(one.name, one.index) for one in listed][-2:] == [("ours", "Ours"), ("digits", "Ours")]
    assert api.load("ours.cfg").system.num_workers == 1


def test_an_index_may_be_a_file_or_in_a_repository(repository, system_cfg, home, tmp_path):
    entry = {"name": "one", "title": "", "source": "a.cfg"}
    (tmp_path / "index.json").write_text(index({**entry, "name": "two"}))
    (tmp_path / "a.cfg").write_text(DIGITS)
    url = repository({"hub/index.json": index(entry), "hub/a.cfg": DIGITS}, "indexed")
    system_cfg(f'[hub]\nindexes = ["{url}//hub/index.json", "{tmp_path}/index.json"]\n')
    assert get("one", accept=True).text.endswith(DIGITS)
    assert get("two", accept=True).text.endswith(DIGITS)


def test_an_index_that_cannot_be_had_hides_no_other(web, system_cfg):
    system_cfg(f'[hub]\nindexes = ["{web.url("/none.json")}"]\n')
    said: list[str] = []
    assert len(api.hub_entries(said.append)) == len(built_in())
    assert len(said) == 1 and "404" in said[0]


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"name": "a b", "source": "a.cfg"}, "not the name"),
        ({"name": "a", "source": "../a.cfg"}, "leads out"),
        ({"name": "a", "source": "/etc/passwd"}, "leads out"),
        ({"name": "a", "source": ""}, "leads out"),
        ({"name": "a", "title": "\x1b[2J", "source": "a.cfg"}, "short text"),
        ({"name": "a", "title": "x" * 999, "source": "a.cfg"}, "short text"),
        ({"name": "a", "source": "a.cfg", "sha256": "abc"}, "sha256"),
        ({"name": 3, "source": "a.cfg"}, "short text"),
        ("a", "short text"),
    ],
)
def test_entries_that_are_none(system_cfg, tmp_path, values, says):
    file = tmp_path / "index.json"
    file.write_text(index(values))
    system_cfg(f'[hub]\nindexes = ["{file}"]\n')
    with pytest.raises(HubError, match=says):
        get("nowhere", accept=True)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[hub]\nindex = []\n", "Did you mean 'indexes'"),
        ('[hub]\nindexes = "https://h"\n', "must be a list"),
        ("[hub]\nprivate_hosts = [1]\n", "must be a list"),
    ],
)
def test_settings_of_the_hub_are_checked(system_cfg, text, says):
    system_cfg(text)
    with pytest.raises(HubError, match=says):
        hub_settings()


def test_no_project_says_whom_its_user_trusts(home):
    """[hub] beside a config would let whoever wrote the project choose."""
    Path("a.cfg").write_text(DIGITS)
    Path("system.cfg").write_text('[hub]\nprivate_hosts = ["10.0.0.1"]\n')
    with pytest.raises(ConfigError, match="your own system config alone"):
        api.load("a.cfg")
    assert hub_settings().private_hosts == ()
