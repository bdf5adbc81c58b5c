"""Git on the way: nothing of a repository runs, and nothing of a user's settings counts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from art.errors import HubError
from art.hub.fetching import Limits, fetch
from art.hub.fetching import git as fetching
from art.hub.sources import parse_source
from tests.hub.conftest import DIGITS
from tests.hub.servers import git


@pytest.fixture
def marker(tmp_path) -> Path:
    """What code would leave that must not run."""
    return tmp_path / "marker"


def program(path: Path, body: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return str(path)


def test_hooks_filters_and_settings_of_a_repository_do_not_run(web, repository, marker):
    url = repository(
        {
            "digits.cfg": DIGITS,
            ".gitattributes": "* filter=evil diff=evil merge=evil\n",
            ".lfsconfig": f"[lfs]\nurl = {web.url('/lfs')}\n",
            ".gitmodules": '[submodule "x"]\npath = x\nurl = "ext::sh -c touch"\n',
            "conftest.py": f"open({str(marker)!r}, 'w')",
        },
        "armed",
    )
    folder = web.root / "armed.git"
    evil = program(folder / ".git" / "evil", f"touch {marker}")
    for name in ("post-checkout", "post-merge", "reference-transaction", "fsmonitor-watchman"):
        program(folder / ".git" / "hooks" / name, f"touch {marker}")
    for key in ("core.fsmonitor", "uploadpack.packObjectsHook", "filter.evil.smudge"):
        git(folder, "config", key, evil)
    for source in (f"{url}//digits.cfg", f"git+file://{folder}//digits.cfg"):
        marker.unlink(missing_ok=True)  # the test's own git calls may have set it off
        assert fetch(parse_source(source)).data == DIGITS.encode()
        assert not marker.exists()
    assert not any("lfs" in path for path in web.asked)


def test_settings_of_the_user_do_not_count(web, repository, home, marker, monkeypatch):
    url = repository({"digits.cfg": DIGITS}, "plain")
    evil = program(home / "evil", f"touch {marker}")
    hooks = home / "template" / "hooks"
    program(hooks / "reference-transaction", f"touch {marker}")
    (home / ".gitconfig").write_text(
        f'[core]\nhooksPath = {hooks}\nfsmonitor = {evil}\n[credential]\nhelper = "!{evil}"\n'
        f"[init]\ntemplateDir = {hooks.parent}\n[http]\nsslVerify = false\n"
        f'[url "https://127.0.0.1:1/"]\ninsteadOf = {web.url("/")}\n'
    )
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"):
        monkeypatch.setenv(name, str(home / "elsewhere"))
    monkeypatch.setenv("GIT_SSH_COMMAND", evil)
    monkeypatch.setenv("GIT_CONFIG_PARAMETERS", "'http.proxy'='http://127.0.0.1:1'")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    assert fetch(parse_source(f"{url}//digits.cfg")).data == DIGITS.encode()
    assert not marker.exists() and not (home / "elsewhere").exists()


def test_a_certificate_that_nobody_trusts_is_refused_by_git_too(repository, monkeypatch):
    url = repository({"digits.cfg": DIGITS}, "untrusted")
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(HubError, match=r"certificate"):
        fetch(parse_source(f"{url}//digits.cfg"))


def test_by_ssh_no_question_is_asked_and_no_unknown_host_is_trusted(
    web, repository, home, monkeypatch
):
    repository({"digits.cfg": DIGITS}, "ssh")
    body = f'echo "$@" >> {home}/asked\nfor last; do :; done\nexec sh -c "$last"'
    program(home / "bin" / "ssh", body)
    monkeypatch.setenv("PATH", f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}")
    source = f"git+ssh://git@art.test{web.root}/ssh.git//digits.cfg"
    assert fetch(parse_source(source)).data == DIGITS.encode()
    asked = (home / "asked").read_text()
    assert "-oBatchMode=yes" in asked and "-oStrictHostKeyChecking=yes" in asked
    assert "git@art.test" in asked


def test_a_revision_that_is_not_there_is_said(repository):
    url = repository({"digits.cfg": DIGITS}, "revised")
    with pytest.raises(HubError, match=r"no revision 'v9'\."):
        fetch(parse_source(f"{url}//digits.cfg@v9"))
    with pytest.raises(HubError, match=r"no revision 'abc1234'\. Write a commit in full"):
        fetch(parse_source(f"{url}//digits.cfg@abc1234"))
    with pytest.raises(HubError, match="no revision"):
        fetch(parse_source(f"{url}//digits.cfg@{'a' * 40}"))


def test_without_git_or_with_an_old_one_it_is_said(home, monkeypatch):
    source = parse_source("git+https://127.0.0.1/r//x.cfg")
    monkeypatch.setattr(fetching, "OLDEST", (99, 1))
    with pytest.raises(HubError, match=r"too old: 99\.1 or later"):
        fetch(source)
    monkeypatch.setenv("PATH", str(home))
    with pytest.raises(HubError, match="git is not installed"):
        fetch(source)


def test_a_repository_of_many_files_is_fetched_within_the_limits(web, repository):
    noise = {f"data/{number}.bin": os.urandom(50_000).hex() for number in range(30)}
    url = repository({"digits.cfg": DIGITS, **noise}, "wide")
    found = fetch(parse_source(f"{url}//digits.cfg"), limits=Limits(pack=100_000))
    assert found.data == DIGITS.encode() and web.sent < 20_000
