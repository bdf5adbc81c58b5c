"""A config that is a link: what a command writes goes to the file that it leads to."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from art.cli.app import run
from art.hub.getting import get
from tests.conftest import ROOT

CONFIG = """\
[project]
name = "linked"
[data]
@data = "art.Digits.v1"
[model]
@models = "art.MLP.v1"
"""


@pytest.fixture
def linked(tmp_path, monkeypatch):
    """`here.cfg`, a link to a private config in another folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "dotfiles").mkdir()
    target = tmp_path / "dotfiles" / "real.cfg"
    target.write_text(CONFIG)
    target.chmod(0o600)
    (tmp_path / "base.cfg").write_text(CONFIG)
    Path("here.cfg").symlink_to("dotfiles/real.cfg")
    return target


def stays(target: Path, before: str) -> None:
    assert Path("here.cfg").is_symlink() and Path("here.cfg").readlink() == Path(
        "dotfiles/real.cfg"
    )
    assert target.read_text() != before
    assert target.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in target.parent.iterdir()) == ["real.cfg"]


COMMANDS = {
    "add": ["add", "metric", "art.Classification.v1", "here.cfg"],
    "fill-config": ["fill-config", "base.cfg", "here.cfg"],
    "fill-config in place": ["fill-config", "here.cfg", "here.cfg"],
    "init config": ["init", "config", "here.cfg", "--force"],
    "init system": ["init", "system", "here.cfg", "--force"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_writes_what_a_link_leads_to(linked, name):
    assert run(COMMANDS[name]) == 0
    stays(linked, CONFIG)


def test_remove_writes_what_a_link_leads_to(linked):
    assert run(COMMANDS["add"]) == 0
    added = linked.read_text()
    assert run(["remove", "metric", "classification", "here.cfg"]) == 0
    stays(linked, added)


def test_get_writes_what_a_link_leads_to(linked):
    """A link to nothing yet is a name for a new file."""
    linked.unlink()
    get(str(ROOT / "configs" / "digits.cfg"), Path("here.cfg"), accept=True)
    stays_new = linked.read_text()
    assert Path("here.cfg").is_symlink() and "art.Digits.v1" in stays_new


def test_the_system_config_beside_is_not_written_through_a_link(linked, tmp_path, capsys):
    (tmp_path / "theirs.cfg").write_text(CONFIG + "[system]\nnum_workers = 3\n")
    outside = tmp_path / "outside"
    Path("system.cfg").symlink_to(outside)
    assert run(["get", "./theirs.cfg", "mine.cfg", "--yes"]) == 2
    assert "system.cfg is a link to" in capsys.readouterr().err
    assert not outside.exists() and not Path("mine.cfg").exists()


KINDS = {
    "pipe": os.mkfifo,
    "socket": lambda path: socket.socket(socket.AF_UNIX).bind(str(path)),
    "device": lambda path: Path(path).symlink_to("/dev/null"),
    "folder": os.mkdir,
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["fill-config", "init config", "init system"])
def test_what_is_no_file_is_not_replaced(linked, name, kind, capsys):
    Path("here.cfg").unlink()
    KINDS[kind]("here.cfg")
    before = os.lstat("here.cfg").st_ino
    assert run(COMMANDS[name]) == 2
    assert f"here.cfg: {'cannot be written: ' if kind != 'folder' else ''}this is a {kind}" in (
        capsys.readouterr().err
    )
    assert os.lstat("here.cfg").st_ino == before
