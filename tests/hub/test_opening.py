"""`art train SOURCE`: what was reviewed is what runs, or nothing does."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from art import api
from art.config.reading import text as reading
from art.errors import HubError, PathError
from art.hub.lock import read_lock
from tests.hub.conftest import DIGITS


@pytest.fixture
def accepting(home, monkeypatch):
    """A user at a terminal who accepts everything; what is held to is forgotten afterwards."""
    for stream in ("stdin", "stdout"):
        monkeypatch.setattr(getattr(sys, stream), "isatty", lambda: True)
    monkeypatch.setattr(reading, "_held", {})
    monkeypatch.setenv("ART_EDITOR", "true")
    return monkeypatch


def test_it_is_reviewed_saved_and_can_be_loaded(web, accepting):
    path = api.open_remote(web.text("/digits.cfg", DIGITS))
    assert path == Path("digits.cfg") and api.load(path).project.seed == 3


@pytest.mark.parametrize("name", ["digits.cfg", "system.cfg"])
def test_a_file_that_changes_between_review_and_run_is_refused(web, accepting, name):
    text = DIGITS + '\n[system]\nprecision = "bf16-mixed"\n'
    path = api.open_remote(web.text("/digits.cfg", text))
    written = Path(name).read_text()
    Path(name).write_text(written + "# evil\n")
    for use in (api.load, api.plan, api.train):
        with pytest.raises(PathError, match=f"{name}: has changed since you reviewed it"):
            use(path)
    assert not Path("runs").exists()
    Path(name).write_text(written)
    assert api.load(path).project.seed == 3


def test_a_source_that_changes_between_review_and_run_is_not_fetched_again(web, accepting):
    url = web.text("/digits.cfg", DIGITS)
    path = api.open_remote(url)
    web.text("/digits.cfg", DIGITS.replace("seed = 3", "seed = 666"))
    assert api.load(path).project.seed == 3
    assert web.asked.count("/digits.cfg") == 1


def test_what_was_reviewed_before_is_not_shown_again_until_the_source_changes(web, accepting):
    url = web.text("/digits.cfg", DIGITS)
    path = api.open_remote(url)
    accepting.setattr(reading, "_held", {})
    accepting.setenv("ART_EDITOR", "false")
    assert api.load(api.open_remote(url)).project.seed == 3
    path.write_text(path.read_text() + "# evil\n")
    with pytest.raises(PathError, match="has changed since you reviewed it"):
        api.load(path)  # held to what was reviewed, though no review was shown this time
    path.write_text(path.read_text().removesuffix("# evil\n"))
    web.text("/digits.cfg", DIGITS.replace("seed = 3", "seed = 666"))
    with pytest.raises(HubError, match="nothing was changed"):
        api.open_remote(url)
    assert "666" not in path.read_text()


def test_a_file_that_was_changed_after_its_review_is_shown_again(web, accepting):
    url = web.text("/digits.cfg", DIGITS)
    path = api.open_remote(url)
    changed = path.read_text().replace("seed = 3", "seed = 4")
    path.write_text(changed)
    accepting.setattr(reading, "_held", {})
    accepting.setenv("ART_EDITOR", "false")
    with pytest.raises(HubError, match="nothing was changed"):
        api.open_remote(url)
    seen, editor = Path("seen.cfg"), Path("editor.py")
    editor.write_text(f"import shutil, sys; shutil.copy(sys.argv[1], {str(seen)!r})")
    accepting.setenv("ART_EDITOR", f"{sys.executable} {editor}")
    assert api.load(api.open_remote(url)).project.seed == 4
    shown = seen.read_text()
    assert shown.endswith(changed) and "it has changed since you reviewed it" in shown
    assert "differs from its source (source -> this)" in shown
    assert "project.seed: 3 -> 4" in shown
    accepting.setattr(reading, "_held", {})
    accepting.setenv("ART_EDITOR", "false")
    assert api.load(api.open_remote(url)).project.seed == 4, "what was accepted is remembered"


def test_a_changed_file_is_refused_without_a_terminal(web, accepting):
    url = web.text("/digits.cfg", DIGITS)
    path = api.open_remote(url)
    path.write_text(path.read_text().replace("seed = 3", "seed = 4"))
    accepting.setattr(reading, "_held", {})
    accepting.setattr(sys.stdin, "isatty", lambda: False)
    with pytest.raises(HubError, match=r"since you reviewed it\. `art train digits.cfg`"):
        api.open_remote(url)


def test_what_was_taken_unseen_was_not_reviewed(web, accepting):
    url = web.text("/digits.cfg", DIGITS)
    api.get(url, accept=True)
    accepting.setenv("ART_EDITOR", "false")
    with pytest.raises(HubError, match="nothing was changed"):
        api.open_remote(url)


def test_a_lock_that_came_with_a_config_vouches_for_nothing(web, accepting):
    """Else a source could claim that another one was reviewed."""
    url = web.text("/digits.cfg", DIGITS)
    first = api.open_remote(url).read_text()
    evil = web.text("/evil.cfg", first.replace("seed = 3", "seed = 666"))
    text = api.get(evil, "evil.cfg", accept=True).text
    assert text.count("art-lock") == 1 and read_lock(text).source == evil
