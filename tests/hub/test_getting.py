"""Fetching, splitting, saving and updating, against real servers."""

from __future__ import annotations

import random
import sys
from hashlib import sha256
from pathlib import Path

import pytest

import art
from art.errors import ConfigError, HubError
from art.hub.getting import get
from art.hub.lock import read_lock
from art.hub.updating import update
from tests.hub.conftest import DIGITS
from tests.hub.servers import git


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_by_https_the_bytes_are_saved_under_a_lock(web, home):
    url = web.text("/recipes/digits.cfg", DIGITS)
    got = get(url, accept=True)
    assert got.config == Path("digits.cfg") and files(home / "work") == ["digits.cfg"]
    text = got.config.read_text()
    assert text == got.text and text.partition("\n")[2] == DIGITS
    lock = read_lock(text)
    assert (lock.source, lock.sha256) == (url, sha256(DIGITS.encode()).hexdigest())
    assert art.validate(got.config) == []


def test_of_a_repository_one_file_travels(web, repository, home):
    noise = random.Random(0).randbytes(100_000).hex()
    url = repository({"a/digits.cfg": DIGITS, "other.txt": noise})
    said = []
    got = get(f"{url}//a/digits.cfg@main", accept=True, say=said.append)
    folder = web.root / url.split("/")[-2]
    commit = git(folder, "rev-parse", "HEAD")
    assert read_lock(got.text).revision == commit and any(commit in line for line in said)
    assert files(home / "work") == ["digits.cfg"]
    assert 0 < web.sent < 10_000


SLOWER = [pytest.param(one, marks=pytest.mark.slow) for one in ("@main", "@v1", "@feature/one")]


@pytest.mark.parametrize("revision", ["", "@{commit}", *SLOWER])
def test_revisions_are_branches_tags_and_commits(repository, web, home, revision):
    url = repository({"digits.cfg": DIGITS}, "revisions")
    folder = web.root / "revisions.git"
    git(folder, "tag", "-f", "v1")
    git(folder, "branch", "-f", "feature/one")
    revision = revision.format(commit=git(folder, "rev-parse", "HEAD"))
    assert get(f"{url}//digits.cfg{revision}", accept=True).text.endswith(DIGITS)


def test_a_local_repository_and_a_plain_file(repository, web, home):
    repository({"digits.cfg": DIGITS}, "local")
    place = web.root / "local.git"
    assert get(f"git+file://{place}//digits.cfg", accept=True).text.endswith(DIGITS)
    assert get(f"git+{place}//digits.cfg", Path("two.cfg"), accept=True).text.endswith(DIGITS)
    got = get(str(place / "digits.cfg"), Path("three.cfg"), accept=True)
    assert got.text.endswith(DIGITS) and Path("three.cfg").read_text() == got.text


def test_a_name_of_the_built_in_index(home):
    assert get("digits", accept=True).config.is_file()
    with pytest.raises(HubError, match="Did you mean 'digits'"):
        get("digit", accept=True)


def test_nothing_is_replaced_unseen(web, home):
    url = web.text("/digits.cfg", DIGITS)
    Path("digits.cfg").write_text("mine")
    with pytest.raises(HubError, match="replaces nothing"):
        get(url, accept=True)
    assert Path("digits.cfg").read_text() == "mine"


def test_a_config_with_mistakes_is_not_saved(web, home):
    url = web.text("/digits.cfg", DIGITS.replace("lr =", "rl ="))
    with pytest.raises(ConfigError, match="unknown setting 'rl'"):
        get(url, accept=True)
    assert files(home / "work") == []


def test_functions_that_are_not_installed_are_marked_and_no_mistake(web, home):
    text = DIGITS.replace('"art.CNN.v1"', '"their.Net.v1"\nwidth = 3')
    said = []
    get(web.text("/digits.cfg", text), accept=True, say=said.append)
    assert any("@models their.Net.v1   NOT INSTALLED" in line for line in said)
    with pytest.raises(ConfigError, match=r"Did you mean 'art\.CNN\.v1'"):
        get(web.text("/typo.cfg", DIGITS.replace("CNN.v1", "CNM.v1")), accept=True)


MACHINE = """
[paths]
data = "/home/them/data"
weights = "/home/them/w.pt"
cache = "cache"

[system]
accelerator = "gpu"
num_workers = 9999
max_batch_size = 16

[loggers.csv]
@loggers = "art.CSV.v1"
"""


def test_settings_of_their_machine_are_split_off_and_fitted(web, home):
    said = []
    got = get(web.text("/digits.cfg", DIGITS + MACHINE), accept=True, say=said.append)
    assert "[paths]" not in got.text and "[system]" not in got.text
    assert "[loggers.csv]" in got.text
    system = Path("system.cfg").read_text()
    assert system == got.system_text
    assert 'cache = "cache"' in system and "weights = null" in system
    assert "them" not in system and "gpu" not in system and "9999" not in system
    told = "\n".join(said)
    for word in ("paths.data", "system.accelerator", "system.num_workers", "max_batch_size"):
        assert word in told
    assert art.validate("digits.cfg") == []


def test_what_stands_in_system_cfg_already_stays(web, home):
    Path("system.cfg").write_text('# mine\n[paths]\ncache = "odd"\n[system]\nnum_workers = 1\n')
    get(web.text("/digits.cfg", DIGITS + MACHINE), accept=True)
    system = Path("system.cfg").read_text()
    assert system.startswith('# mine\n[paths]\ncache = "odd"\n')
    assert "num_workers = 1\n" in system and "weights = null" in system


def test_update_merges_by_key(web, home):
    url = web.text("/digits.cfg", DIGITS)
    get(url, accept=True)
    mine = Path("digits.cfg").read_text().replace("batch_size = 64", "# small\nbatch_size = 32")
    Path("digits.cfg").write_text(mine.replace("seed = 3", "seed = 4"))
    web.text("/digits.cfg", DIGITS.replace("0.002", "0.001").replace("seed = 3", "seed = 5"))
    said = []
    got = update(Path("digits.cfg"), accept=True, say=said.append)
    assert "# small\nbatch_size = 32" in got.text and "lr = 0.001" in got.text
    assert "seed = 4" in got.text
    told = "\n".join(said)
    assert "optimizer.lr: 0.002 -> 0.001" in told
    assert "project.seed: 4 -> 5" in told.partition("changed by both")[2]
    assert update(Path("digits.cfg"), say=said.append).text == got.text
    assert "up to date" in said[-1]


def test_update_finds_the_base_in_the_repository_where_it_was_not_kept(repository, web, home):
    url = repository({"digits.cfg": DIGITS}, "updated")
    get(f"{url}//digits.cfg", accept=True)
    repository({"digits.cfg": DIGITS.replace("0.002", "0.001")}, "updated")
    for file in (home / "cache" / "art" / "hub").iterdir():
        file.unlink()
    with pytest.raises(HubError, match="private network"):  # who wrote the lock is not known
        update(Path("digits.cfg"), accept=True)
    file = home / "config" / "art" / "system.cfg"
    file.parent.mkdir(parents=True)
    file.write_text('[hub]\nprivate_hosts = ["127.0.0.1"]\n')
    got = update(Path("digits.cfg"), accept=True)
    assert "lr = 0.001" in got.text and "seed = 3" in got.text
    assert art.validate("digits.cfg") == []  # [hub] is no setting of a run


def test_update_needs_a_lock(home):
    Path("mine.cfg").write_text(DIGITS)
    with pytest.raises(HubError, match="no line `# art-lock"):
        update(Path("mine.cfg"), accept=True)


def test_the_merge_is_shown_in_the_editor_and_a_flood_is_not(web, home, monkeypatch):
    url = web.text("/digits.cfg", DIGITS)
    get(url, accept=True)
    for stream in ("stdin", "stdout"):
        monkeypatch.setattr(getattr(sys, stream), "isatty", lambda: True)
    editor = home / "editor"
    editor.write_text(f'#!/bin/sh\ncp "$1" {home}/seen\necho "# mine" >> "$1"\n')
    editor.chmod(0o755)
    monkeypatch.setenv("ART_EDITOR", str(editor))
    mine = Path("digits.cfg").read_text().replace("seed = 3", "seed = 4")
    Path("digits.cfg").write_text(mine)
    web.text("/digits.cfg", DIGITS.replace("0.002", "0.001").replace("seed = 3", "seed = 5"))
    got = update(Path("digits.cfg"))
    assert got.text.endswith("lr = 0.001\n# mine\n") and "seed = 4" in got.text
    seen = (home / "seen").read_text()
    assert "#: taken from the new version:\n#:    optimizer.lr: 0.002 -> 0.001\n" in seen
    assert "#: changed by both: yours is kept:\n#:    project.seed: 4 -> 5\n" in seen
    flood = "".join(f"a{number} = 1\n" for number in range(600))
    web.text("/digits.cfg", f"{DIGITS}[contract]\n{flood}")
    with pytest.raises(HubError, match="no one reads so many"):
        update(Path("digits.cfg"))
    assert Path("digits.cfg").read_text() == got.text


def test_what_differs_from_a_copy_is_shown_and_accepting_replaces_it(web, home, monkeypatch):
    for stream in ("stdin", "stdout"):
        monkeypatch.setattr(getattr(sys, stream), "isatty", lambda: True)
    editor = home / "editor"
    editor.write_text(f'#!/bin/sh\ncp "$1" {home}/seen\n')
    editor.chmod(0o755)
    monkeypatch.setenv("ART_EDITOR", str(editor))
    own = DIGITS.replace("seed = 3", "seed = 4").replace("lr = 0.002", "weight_decay = 1.0")
    Path("digits.cfg").write_text(own)
    got = get(web.text("/digits.cfg", DIGITS))
    assert "seed = 3" in got.text and Path("digits.cfg").read_text() == got.text
    seen = (home / "seen").read_text()
    assert (
        "#: differs from your copy (yours -> this):\n#:    project.seed: 4 -> 3\n"
        "#:    optimizer.weight_decay: 1.0 -> (absent)\n#:    optimizer.lr: (absent) -> 0.002\n"
    ) in seen
