"""`art apply`: what a run found best goes into the config, and nothing else changes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import art
from art import api
from art.core.record import Record
from art.errors import ConfigError, HubError, PathError
from art.store.record_file import encode
from tests.hub.conftest import DIGITS

TWO = DIGITS.replace(
    '[model]\n@models = "art.CNN.v1"\n',
    '[models.small]\n@models = "art.CNN.v1"\n# few\nhidden = 16\n\n'
    '[models.large]\n@models = "art.CNN.v1"\nhidden = 64\n',
)


@pytest.fixture
def run(home):
    """Leaves the record of a run; returns its folder."""

    def leave(settings: dict, model: str = "art.CNN.v1", status="passed", number: int = 1) -> Path:
        folder = Path("runs/far/06-regularize") / f"{number:04d}-20260101-000000"
        folder.mkdir(parents=True)
        record = Record(
            "far", "regularize", 6, folder.name, model, status, "2026-01-01T00:00:00Z",
            settings=settings,
        )  # fmt: skip
        (folder / "record.json").write_bytes(encode(record))
        return folder

    return leave


def applied(text: str, folder: Path, **arguments) -> str:
    Path("a.cfg").write_text(text)
    said: list[str] = []
    arguments.setdefault("accept", True)
    result = api.apply(folder, "a.cfg", say=said.append, **arguments)
    assert Path("a.cfg").read_text() == result
    return result


def test_settings_are_written_in_place_and_added_where_they_belong(run):
    folder = run({"model.dropout": 0.3, "optimizer.lr": 0.001, "optimizer.weight_decay": 0.1})
    text = applied(DIGITS, folder)
    assert text == DIGITS.replace('CNN.v1"\n', 'CNN.v1"\ndropout = 0.3\n').replace(
        "lr = 0.002", "lr = 0.001\nweight_decay = 0.1"
    )
    assert art.validate("a.cfg") == []
    assert applied(text, folder) == text


def test_of_several_models_the_one_that_the_run_was_of_changes(run):
    text = applied(TWO, run({"model.hidden": 32, "model.dropout": 0.5}, model="large"))
    assert text == TWO.replace("hidden = 64\n", "hidden = 32\ndropout = 0.5\n")
    assert api.load("a.cfg").models["small"]["hidden"] == 16


def test_a_setting_that_all_models_share_is_said_to_count_for_the_others_too(run):
    said: list[str] = []
    Path("a.cfg").write_text(TWO)
    folder = run({"optimizer.lr": 0.001, "model.hidden": 32}, model="large")
    api.apply(folder, "a.cfg", accept=True, say=said.append)
    assert "optimizer.lr: found for large, and counts for small as well" in "\n".join(said)
    assert "model.hidden: found" not in "\n".join(said)


def test_a_model_that_the_config_lacks_is_said(run):
    with pytest.raises(HubError, match=r"no \[models\.larg\].*Did you mean 'large'"):
        applied(TWO, run({"model.hidden": 32}, model="larg"))
    assert Path("a.cfg").read_text() == TWO


def test_of_a_stages_folder_the_newest_passed_run_counts(run):
    run({"optimizer.lr": 0.1}, number=1)
    run({"optimizer.lr": 0.2}, number=2)
    folder = run({"optimizer.lr": 0.3}, number=3, status="failed")
    assert "lr = 0.2" in applied(DIGITS, folder.parent)
    assert "lr = 0.3" in applied(DIGITS, folder)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({}, "found no settings"),
        ({"model.nothing": 1}, "no setting 'model.nothing'"),
        ({"optimizer.lr": "large"}, "optimizer.lr"),
    ],
)
def test_what_cannot_be_applied_changes_nothing(run, settings, says):
    folder = run(settings)
    with pytest.raises(HubError, match=says):
        applied(DIGITS, folder)
    assert Path("a.cfg").read_text() == DIGITS


def test_a_config_with_mistakes_is_left_alone(run):
    with pytest.raises(ConfigError, match="unknown setting"):
        applied(DIGITS + "rate = 1\n", run({"optimizer.lr": 0.1}))


def test_a_folder_without_a_record_is_said(home):
    Path("empty").mkdir()
    with pytest.raises(PathError, match="no record here"):
        applied(DIGITS, Path("empty"))
    with pytest.raises(PathError, match="no such folder"):
        applied(DIGITS, Path("nowhere"))


def test_the_change_is_shown_as_a_diff_and_refused_by_an_empty_file(run, home, monkeypatch):
    folder = run({"optimizer.lr": 0.1})
    for stream in ("stdin", "stdout"):
        monkeypatch.setattr(getattr(sys, stream), "isatty", lambda: True)
    editor = home / "editor"
    editor.write_text(f'#!/bin/sh\ncp "$1" {home}/seen\n: > "$1"\n')
    editor.chmod(0o755)
    monkeypatch.setenv("ART_EDITOR", str(editor))
    with pytest.raises(HubError, match="nothing was changed"):
        applied(DIGITS, folder, accept=False)
    assert Path("a.cfg").read_text() == DIGITS
    seen = (home / "seen").read_text()
    assert "#: -lr = 0.002\n#: +lr = 0.1\n" in seen and "\nlr = 0.1\n" in seen


def test_what_someone_else_wrote_meanwhile_is_not_replaced(run, home, monkeypatch):
    folder = run({"optimizer.lr": 0.1})
    for stream in ("stdin", "stdout"):
        monkeypatch.setattr(getattr(sys, stream), "isatty", lambda: True)
    editor = home / "editor"
    editor.write_text(f'#!/bin/sh\necho "# theirs" >> {Path.cwd()}/a.cfg\n')
    editor.chmod(0o755)
    monkeypatch.setenv("ART_EDITOR", str(editor))
    with pytest.raises(HubError, match="changed by someone else") as refused:
        applied(DIGITS, folder, accept=False)
    kept = Path(refused.value.message.rpartition(" in ")[2]).read_text()
    assert kept == DIGITS.replace("0.002", "0.1")
    assert Path("a.cfg").read_text() == DIGITS + "# theirs\n"
