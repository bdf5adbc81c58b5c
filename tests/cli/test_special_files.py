"""Pipes, devices, sockets and links to nothing in the place of a file: refused at once."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path

import pytest

from art.cli.app import run

CONFIG = """\
[project]
name = "special"
stages = ["explore"]
[data]
@data = "art.Digits.v1"
[model]
@models = "art.MLP.v1"
"""
SECONDS = 60
KINDS = {
    "a pipe": os.mkfifo,
    "a device": lambda path: Path(path).symlink_to("/dev/zero"),
    "a socket": lambda path: socket.socket(socket.AF_UNIX).bind(path),
}
COMMANDS = {
    "train": (["train", "x.cfg"], "x.cfg"),
    "debug config": (["debug", "config", "x.cfg"], "x.cfg"),
    "fill-config": (["fill-config", "x.cfg"], "x.cfg"),
    "config json": (["config", "json", "x.cfg"], "x.cfg"),
    "add": (["add", "metric", "art.Classification.v1", "x.cfg"], "x.cfg"),
    "get it": (["get", "./x.cfg", "y.cfg", "--yes"], "x.cfg"),
    "get there": (["get", "./config.cfg", "x.cfg", "--yes"], "x.cfg"),
    "--system": (["train", "config.cfg", "--dry-run", "--system", "x.cfg"], "x.cfg"),
    "beside": (["train", "config.cfg", "--dry-run"], "system.cfg"),
    "--code": (["train", "config.cfg", "--dry-run", "--code", "x.py"], "x.py"),
    "index": (["get", "any", "y.cfg", "--yes"], "xdg/art/system.cfg"),
}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A user's folder; whoever waits in it longer than a minute is ended."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "xdg" / "art").mkdir(parents=True)
    (tmp_path / "config.cfg").write_text(CONFIG)
    signal.alarm(SECONDS)
    yield tmp_path
    signal.alarm(0)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", COMMANDS)
def test_what_is_no_file_is_refused_at_once(name, kind, capsys):
    arguments, place = COMMANDS[name]
    KINDS[kind](place)
    before = os.lstat(place).st_ino
    assert run(arguments) == 2
    assert f"this is {kind}, not a regular file" in capsys.readouterr().err
    assert os.lstat(place).st_ino == before and not Path("y.cfg").exists()


@pytest.mark.parametrize("name", ["train", "debug config", "fill-config", "--system", "beside"])
def test_a_link_to_nothing_is_called_one(name, capsys):
    arguments, place = COMMANDS[name]
    Path(place).symlink_to("gone")
    assert run(arguments) == 2
    assert f"{place}: a link to gone, which does not exist" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Path("runs").symlink_to("gone"), "runs is a link to gone, which does not exist"),
        (lambda: Path("runs").symlink_to("/dev/null"), "which is not a folder. Remove the link"),
        (lambda: os.mkfifo("runs"), "runs is something else, not a folder"),
        (lambda: Path("runs").write_text(""), "runs is a file, not a folder"),
    ],
)
@pytest.mark.parametrize("command", [["train", "config.cfg"], ["report", "runs"]])
def test_what_stands_in_the_place_of_the_runs_is_named(command, make, words, capsys):
    make()
    assert run(command) == 2
    message = " ".join(capsys.readouterr().err.split())
    assert words in message
    assert "is a file" in words or "is a file" not in message


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", ["project.json", "template/README.md"])
def test_a_projects_own_files_are_not_waited_for(kind, place, capsys):
    assert run(["init", "project", "p"]) == 0
    file = Path("p/.art", place)
    file.unlink()
    KINDS[kind](str(file))
    assert run(["update", "p"]) == 2
    assert "this is a" in capsys.readouterr().err
