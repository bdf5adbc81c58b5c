"""Sources that mean harm: nothing of them runs, nothing is written, and one message says why."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from art.errors import ConfigError, HubError
from art.hub import getting
from art.hub.fetching import Limits, fetch
from tests.conftest import ROOT
from tests.hub.hostile import NAMES, PAGES, SLOW, TEXTS, Scene
from tests.hub.hostile_git import LINKS

LIMITS = Limits(seconds=3, pack=1_000_000)
HURRIED = Limits(seconds=0.5)
QUICK = ("a link out of the repository", "a submodule", "escapes in what git says")
REPOSITORIES = [
    name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in LINKS
]


@pytest.fixture
def scene(web, repository, tmp_path, monkeypatch) -> Scene:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    return Scene(web, repository, tmp_path / "marker")


def tree(folder: Path) -> dict[str, float]:
    return {str(path): path.lstat().st_mtime for path in sorted(folder.rglob("*"))}


def refuse(scene: Scene, make: Callable[[Scene], str], expected: str) -> None:
    source = make(scene)
    home = Path(os.environ["HOME"])
    there = tree(home)
    with pytest.raises((HubError, ConfigError)) as refused:
        getting.get(source, accept=True)
    message = refused.value.message
    assert expected in message
    assert "Traceback" not in message and len(message) < 5_000
    assert all(letter.isprintable() or letter == "\n" for letter in message)
    faults = getattr(refused.value, "faults", ())
    assert message.count("\n") <= 3 * len(faults)  # each has its line and a caret
    assert not scene.marker.exists()
    assert tree(home) == there
    assert list(Path(tempfile.gettempdir()).iterdir()) == []


@pytest.fixture
def hasty(monkeypatch):
    """Less time and size than a user has, so that the tests take little."""
    monkeypatch.setattr(getting, "fetch", partial(fetch, limits=LIMITS))
    return monkeypatch


@pytest.mark.parametrize("name", [*NAMES, *PAGES, *TEXTS])
def test_nothing_of_a_hostile_source_runs_or_is_written(scene, hasty, name):
    refuse(scene, *{**NAMES, **PAGES, **TEXTS}[name])


@pytest.mark.parametrize("name", REPOSITORIES)
def test_nor_of_a_hostile_repository(scene, hasty, name):
    refuse(scene, *LINKS[name])


@pytest.mark.parametrize("name", SLOW)
def test_what_is_slow_is_cut_off(scene, hasty, name):
    hasty.setattr(getting, "fetch", partial(fetch, limits=HURRIED))
    refuse(scene, *SLOW[name])


def test_there_are_as_many_as_the_page_says():
    count = len(NAMES) + len(PAGES) + len(TEXTS) + len(LINKS) + len(SLOW)
    page = (ROOT / "docs" / "hub.md").read_text(encoding="utf-8")
    assert count >= 50 and f"tries {count} hostile sources" in page
