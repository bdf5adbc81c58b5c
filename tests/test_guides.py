"""Each page of docs/guides works as it stands: its files, its commands in order, their output."""

from __future__ import annotations

import json
import re
import runpy
import shlex
from pathlib import Path

import pytest

import art
from art.cli import app
from art.config.layering.layers import get
from tests import pages
from tests.conftest import ROOT

GUIDES = ROOT / "docs" / "guides"
TEXTS = {
    path.stem: path.read_text(encoding="utf-8")
    for path in sorted(GUIDES.glob("*.md"))
    if path.name != "README.md"
}
RUN = {name: text for name, text in TEXTS.items() if pages.files(text)}
SLOW = {"compare-and-choose"}
"""Those that train several models."""


def marked(name: str):
    return pytest.param(name, marks=pytest.mark.slow) if name in SLOW else name


@pytest.mark.parametrize("name", [marked(name) for name in RUN])
def test_a_page_works_as_it_stands(name, tmp_path, monkeypatch, capsys):
    """In this process: torch is imported once, and a code file registers under its own path."""
    monkeypatch.chdir(tmp_path)
    pages.write_files(RUN[name], tmp_path)
    commands = pages.commands(RUN[name], ("art ", "python "))
    assert commands and any(command.shown for command in commands)
    for command in commands:
        code = typed(command.line)
        printed = "".join(capsys.readouterr())
        assert code == command.exits, (command.line, printed)
        assert not pages.missing_from(printed, command.shown), (command.line, printed)


def typed(line: str) -> int:
    """The exit code of a line."""
    program, *words = shlex.split(line)
    if program == "art":
        return app.run(words)
    runpy.run_path(words[0])
    return 0


@pytest.mark.parametrize("name", TEXTS)
def test_a_page_says_first_what_the_reader_has_at_the_end(name):
    title, _, rest = TEXTS[name].partition("\n\n")
    assert title.startswith("# ") and "\n" not in title
    assert rest.startswith("At the end ")
    assert len(TEXTS[name].splitlines()) <= 125


def test_the_index_has_every_page():
    index = (GUIDES / "README.md").read_text(encoding="utf-8")
    for name in TEXTS:
        assert f"]({name}.md)" in index, name


NAMES = [
    (section, key, json.loads(value))
    for section, key, value in re.findall(r"`\[(\w+)\] (\w+) = ([^`]+)`", TEXTS["other-names"])
]


@pytest.mark.parametrize(("section", "key", "value"), NAMES)
def test_a_setting_of_the_table_is_one(section, key, value, small):
    path = small(stages='["overfit"]')
    option = f"--{section}.{key}={json.dumps(value)}"
    assert get(art.load(path, overrides=[option]).values, (section, key)) == value


def test_the_table_names_each_kind_of_setting():
    assert {section for section, _, _ in NAMES} == {
        "training", "optimizer", "data", "system", "project", "task"
    }  # fmt: skip
    assert len(NAMES) >= 18


@pytest.mark.parametrize("precision", [v for s, k, v in NAMES if k == "precision"])
def test_each_spelling_of_a_precision_trains(precision, small):
    done = art.train(
        small(stages='["overfit"]'),
        overrides=["--training.max_epochs=1", f"--system.precision={json.dumps(precision)}"],
    )
    assert done.ok


def test_patience_ends_training_early(small):
    options = ["--training.max_epochs=60", "--optimizer.lr=0.05", "--stages.regularize.gap=1"]
    long = _epochs(art.train(small(stages='["regularize"]'), overrides=options))
    patient = [*options, "--training.early_stopping_patience=1"]
    assert _epochs(art.train(small(stages='["regularize"]'), overrides=patient)) < long / 2


def _epochs(done) -> int:
    """How many epochs the last stage was trained and validated for."""
    (stage,) = done.report.stages
    rows = Path(done.report.folder, stage.folder, "metrics.csv").read_text().splitlines()
    return sum(",val/accuracy," in row for row in rows)


def test_a_settings_name_elsewhere_leads_to_its_name_here(small):
    faults = art.validate(small("patience = 3"))
    assert "early_stopping_patience" in str(faults[0])
