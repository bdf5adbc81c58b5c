"""`[project] code`, `--code` and `--trust-code`, as a user meets them."""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from pathlib import Path

import pytest

import art
from art.errors import CodeError

from .screens import Screen

CONFIG = """
[project]
stages = ["explore"]
{code}
[task]
@tasks = "art.ImageClassification.v1"
[data]
@data = "art.Digits.v1"
[model]
@models = "mine.Net.v1"
[optimizer]
@optimizers = "torch.AdamW.v1"
"""
NET = """
from pathlib import Path

import art
from widths import WIDTH

(Path(__file__).parent / "it_ran").touch()


@art.models("mine.Net.v1")
def net():
    from torch import nn

    return nn.Sequential(nn.Flatten(), nn.Linear(64, WIDTH), nn.ReLU(), nn.Linear(WIDTH, 10))
"""


@pytest.fixture
def case(tmp_path):
    """A config that names its code file, which imports another."""
    (tmp_path / "case.cfg").write_text(CONFIG.format(code='code = ["net.py"]'))
    (tmp_path / "net.py").write_text(NET)
    (tmp_path / "widths.py").write_text("WIDTH = 8\n")
    return tmp_path


@pytest.fixture
def command(art_command, tmp_path):
    def run(*words: str):
        return art_command(*words, XDG_STATE_HOME=str(tmp_path / "state"))

    return run


def screen(folder: Path, *words: str) -> Screen:
    places = {"XDG_STATE_HOME": str(folder / "state"), "XDG_CONFIG_HOME": str(folder / "xdg")}
    return Screen(*words, cwd=folder, environ=places)


def digest(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()


def test_without_a_terminal_it_is_refused_and_both_ways_are_named(case, command):
    done = command("debug", "config", "case.cfg")
    assert (done.returncode, done.stdout) == (2, "")
    assert "case.cfg: net.py and widths.py are not run" in done.stderr
    assert "`--code net.py`" in done.stderr and "`--trust-code`" in done.stderr
    assert digest(case / "net.py") in done.stderr and digest(case / "widths.py") in done.stderr
    assert not (case / "it_ran").exists() and not (case / "state").exists()


@pytest.mark.parametrize("agreed", [("--trust-code",), ("--code", "net.py")])
def test_what_was_agreed_to_runs_until_its_bytes_change(case, command, agreed):
    assert command("debug", "config", "case.cfg", *agreed).returncode == 0
    for words in (
        ["debug", "config", "case.cfg"],
        ["fill-config", "case.cfg"],
        ["train", "case.cfg", "--dry-run"],
        ["add", "logger", "art.CSV.v1", "case.cfg", "--dry-run", "--as", "more"],
    ):
        done = command(*words)
        assert done.returncode == 0, done.stderr
    (case / "widths.py").write_text("WIDTH = 9\n")
    done = command("train", "case.cfg")
    assert done.returncode == 2
    assert "widths.py is not run: it changed since you agreed to run it" in done.stderr
    assert "`--code net.py`" in done.stderr  # the file that the config names
    assert not (case / "runs").exists()


def test_a_terminal_is_asked_and_no_is_no(case):
    asked = screen(case, "debug", "config", "case.cfg")
    asked.until("[y/N]")
    for shown in ("net.py", "widths.py", digest(case / "net.py"), "bytes, imported by net.py"):
        assert shown in asked.shown
    asked.type("\n")
    assert asked.end() == 2 and "you did not agree to net.py and widths.py" in asked.shown
    assert not (case / "it_ran").exists() and not (case / "state").exists()
    asked = screen(case, "debug", "config", "case.cfg")
    asked.until("[y/N]")
    asked.type("y\n")
    assert asked.end() == 0 and "no mistakes" in asked.shown
    again = screen(case, "debug", "config", "case.cfg")
    assert again.end() == 0 and "[y/N]" not in again.shown


def test_both_files_are_part_of_what_a_stage_is_made_of(case, command):
    assert command("train", "case.cfg", "--trust-code").returncode == 0
    lock = json.loads(next((case / "runs").rglob("lock.json")).read_text())
    assert sorted(Path(name).name for name in lock["code"]) == ["net.py", "widths.py"]
    assert "explore: skipped, up to date" in command("train", "case.cfg").stderr
    (case / "widths.py").write_text("WIDTH = 16\n")
    plan = command("train", "case.cfg", "--dry-run", "--trust-code")
    assert "the code changed" in plan.stdout


def test_python_agrees_by_an_argument(case, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(case / "state"))
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    (case / "py.cfg").write_text(
        CONFIG.format(code='code = ["py_net.py"]').replace("mine.Net.v1", "mine.PyNet.v1")
    )
    text = NET.replace("mine.Net.v1", "mine.PyNet.v1").replace(
        "from widths import", "from py_w import"
    )
    (case / "py_net.py").write_text(text)
    (case / "py_w.py").write_text("WIDTH = 8\n")
    with pytest.raises(CodeError, match="trust_code=True"):
        art.load(case / "py.cfg")
    assert art.load(case / "py.cfg", trust_code=True).project.code == ["py_net.py"]
    assert art.load(case / "py.cfg").project.code == ["py_net.py"]


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ('["../net.py"]', "'../net.py' leads out of the config's folder"),
        ('["/net.py"]', "'/net.py': name a file beside this config"),
        ('["C:\\\\net.py"]', "name a file beside this config"),
        ('["~/net.py"]', "name a file beside this config"),
        ('["net.txt"]', "'net.txt' is not a Python file"),
        (
            '["ent.py"]',
            "code names ent.py, and there is no such file beside it. Did you mean 'net.py'",
        ),
        ('"net.py"', "expected list of str"),
    ],
)
def test_only_files_beside_the_config_can_be_named(case, command, code, says):
    (case / "case.cfg").write_text(CONFIG.format(code=f"code = {code}"))
    done = command("debug", "config", "case.cfg", "--trust-code")
    assert done.returncode == 2 and says in done.stderr, done.stderr
    assert not (case / "it_ran").exists()


def test_a_forgotten_code_file_is_named(case, command):
    (case / "case.cfg").write_text(CONFIG.format(code=""))
    for words in (["train", "case.cfg"], ["debug", "model", "case.cfg"]):
        done = command(*words)
        assert done.returncode == 2
        assert "unknown @models 'mine.Net.v1'. No code file was given. net.py registers it" in (
            done.stderr
        )
        assert "`--code net.py`" in done.stderr
    (case / "net.py").rename(case / "net.txt")
    done = command("train", "case.cfg")
    assert "No code file was given: `--code FILE`, or name it in [project] code." in done.stderr
    done = command("train", "case.cfg", "--code", "widths.py")
    assert "widths.py, which ran, does not register it." in done.stderr
    assert not (case / "it_ran").exists()


@pytest.mark.parametrize(("name", "near"), [("CNN.v1", "art.CNN.v1"), ("ar.CNN.v1", "art.CNN.v1")])
def test_a_slip_of_the_hand_is_still_one(case, command, name, near):
    (case / "case.cfg").write_text(CONFIG.format(code="").replace("mine.Net.v1", name))
    done = command("debug", "config", "case.cfg")
    assert f"unknown @models '{name}'. Did you mean '{near}'?" in done.stderr


def test_get_fetches_no_code_and_says_what_is_missing(case, command):
    (case / "there").mkdir()
    done = command("get", "./case.cfg", "there/mine.cfg", "--yes")
    assert done.returncode == 0, done.stderr
    assert "net.py   NOT HERE: code is not fetched" in done.stderr
    assert "mine.cfg names code that is not here: net.py. Code is never fetched" in done.stderr
    assert [file.name for file in (case / "there").iterdir()] == ["mine.cfg"]
    done = command("get", "./case.cfg", "mine.cfg", "--yes")
    assert "net.py   here; you are asked before it runs" in done.stderr
    assert not (case / "it_ran").exists()


def test_get_says_that_a_code_file_is_needed(case, command):
    (case / "case.cfg").write_text(CONFIG.format(code=""))
    done = command("get", "./case.cfg", "mine.cfg", "--yes")
    assert "mine.cfg needs @models 'mine.Net.v1', which nothing registers here" in done.stderr
    assert "Add `--code net.py`" in done.stderr
    assert not (case / "it_ran").exists()
