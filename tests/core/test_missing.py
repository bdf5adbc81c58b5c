"""What is said of a file that is not there."""

from __future__ import annotations

import pytest

from art.core.missing import meant


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "configs").mkdir()
    for name in ("first.cfg", "first.csv", "second.cfg", ".hidden.cfg", "configs/digits.cfg"):
        (tmp_path / name).write_text("")
    return tmp_path


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("frist.cfg", "first.cfg"),
        ("first.cgf", "first.cfg"),
        ("first", "first.cfg"),
        ("frist.csv", "first.csv"),
        ("confgs/digits.cfg", "configs/digits.cfg"),
        ("confgs/digts.cfg", "configs/digits.cfg"),
        ("configs/digts.cfg", "configs/digits.cfg"),
    ],
)
def test_the_nearest_name_beside_it_is_meant(folder, wrong, right):
    assert meant(wrong) == f" Did you mean '{right}'?"
    assert meant(folder / wrong) == f" Did you mean '{folder / right}'?"


@pytest.mark.parametrize("wrong", ["zebra.txt", "hidden.cfg", "x/y/z", "first.cfg/inside", ""])
def test_where_nothing_is_near_nothing_is_said(folder, wrong):
    assert meant(wrong) == ""


def test_every_command_that_takes_a_file_names_the_one_that_is_there(folder, art_command):
    for words in (
        ["train", "frist.cfg"],
        ["debug", "config", "frist.cfg"],
        ["debug", "data", "frist.cfg"],
        ["fill-config", "frist.cfg"],
        ["add", "logger", "art.CSV.v1", "frist.cfg"],
        ["get", "./frist.cfg"],
        ["config", "json", "frist.cfg"],
        ["apply", "runs/x", "frist.cfg"],
        ["train", "first.cfg", "--system", "frist.cfg"],
    ):
        done = art_command(*words)
        assert done.returncode == 2, done.stderr
        assert "Did you mean" in done.stderr and "first.cfg'" in done.stderr, words
        assert done.stderr.count("\n") == 1 and done.stdout == ""
