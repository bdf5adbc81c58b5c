"""The editor is the one that git would open."""

from __future__ import annotations

import pytest

from art.errors import HubError
from art.hub import editor
from art.hub.editor import editor_command

NAMES = ("ART_EDITOR", "GIT_EDITOR", "core.editor", "VISUAL", "EDITOR")


@pytest.mark.parametrize("first", range(len(NAMES)))
def test_the_first_that_is_set_counts(home, monkeypatch, first):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home / "gitconfig"))
    environ = {}
    for number, name in enumerate(NAMES[first:], first):
        if name == "core.editor":
            (home / "gitconfig").write_text(f"[core]\neditor = sh -c {number}\n")
        else:
            environ[name] = f"sh -c {number}"
    assert editor_command(environ) == ["sh", "-c", str(first)]


def test_arguments_and_quotes_are_honoured_and_no_shell_sees_them(home):
    words = editor_command({"ART_EDITOR": "sh -c 'a b' $HOME `x` ; y"})
    assert words == ["sh", "-c", "a b", "$HOME", "`x`", ";", "y"]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("code", ["code", "--wait"]),
        ("code -w", ["code", "-w"]),
        ("code --new-window", ["code", "--new-window", "--wait"]),
        ("gvim", ["gvim", "--nofork"]),
        ("vim", ["vim"]),
    ],
)
def test_editors_that_would_return_at_once_are_told_to_wait(home, monkeypatch, value, words):
    monkeypatch.setattr(editor.shutil, "which", lambda name: f"/usr/bin/{name}")
    assert editor_command({"EDITOR": value}) == words


def test_what_is_there_where_none_is_set(home, monkeypatch):
    monkeypatch.setattr(editor.shutil, "which", lambda name: "/x" if name in ("vi", "ed") else None)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    assert editor_command({}) == ["vi"]
    monkeypatch.setattr(editor.shutil, "which", lambda name: None)
    with pytest.raises(HubError, match="ART_EDITOR names one"):
        editor_command({})


@pytest.mark.parametrize("value", ["no-such-editor", "sh 'open"])
def test_one_that_cannot_be_started_is_said(home, value):
    with pytest.raises(HubError, match="VISUAL = "):
        editor_command({"VISUAL": value})
