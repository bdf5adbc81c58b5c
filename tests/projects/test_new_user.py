"""A new user's way: what is printed on the screen is typed, line by line, and works. Timed."""

from __future__ import annotations

import os
import pty
import resource
import select
import shlex
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from art import api
from art.cli import app
from art.projects.sources import built_in
from tests.cli.terminals import on_terminal
from tests.conftest import ROOT, SHARED
from tests.yardstick import slowness

PART = SHARED / "fashion-mnist-part"
MADE = {
    "digits": [],
    "fashion-mnist": ["--answer", f"data={PART}"],
    "your-own-lightning-module": [],
}
SECONDS = {"digits": 150, "fashion-mnist": 600, "your-own-lightning-module": 100}
"""CPU seconds of the whole way, on the yardstick's machine; the trainings take most of it."""


def test_every_built_in_template_is_tried():
    assert list(MADE) == list(built_in())


def typed(line: str, folder: Path) -> subprocess.CompletedProcess:
    """A line of the screen, in a shell, where `art` and `python` are those under test."""
    words = shlex.split(line)
    if words[0] in ("art", "python"):
        words = [sys.executable, *(["-m", "art"] if words[0] == "art" else []), *words[1:]]
    return subprocess.run(
        words, cwd=folder, capture_output=True, text=True, timeout=900,
        env={**os.environ, "PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": str(folder / "xdg")},
    )  # fmt: skip


def made(template: str, folder: Path, *answers: str) -> tuple[Path, list[str]]:
    """A project, and the lines that making it prints for the user to type in it."""
    done = typed(shlex.join(["art", "init", "project", "mine", "--template", template, *answers]),
                 folder)  # fmt: skip
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    first, enter, *lines = done.stderr.splitlines()
    assert first == "wrote 6 files to mine. Next:" and enter == "  cd mine"
    assert all(line.startswith("  ") for line in lines)
    return folder / "mine", [line.strip() for line in lines]


@pytest.mark.parametrize("template", MADE)
def test_what_is_printed_is_right_in_every_word(tmp_path, template):
    project, lines = made(template, tmp_path)
    assert [line.split()[:2] for line in lines] == [
        ["art", "train"], ["art", "train"], ["art", "report"], ["python", "-m"]
    ]  # fmt: skip
    assert {path.name for path in project.iterdir()} == {
        ".art", ".gitignore", "README.md", "functions.py", "recipe.cfg", "system.cfg",
        "test_functions.py",
    }  # fmt: skip
    assert all(f"{line}\n" in (project / "README.md").read_text() for line in lines)
    assert ("--paths.data=FOLDER" in lines[0]) == (template == "fashion-mnist")


def test_where_pytest_is_missing_the_line_that_installs_it_comes_first(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "pytest", None)
    assert app.run(["init", "project", "mine"]) == 0
    lines = [line.strip() for line in capsys.readouterr().err.splitlines()]
    assert lines[-2:] == ["python -m pip install pytest", "python -m pytest"]


@pytest.mark.slow
def test_the_printed_commands_are_understood(tmp_path):
    """The others are run below; this template has a place that the user must fill in."""
    project, lines = made("fashion-mnist", tmp_path)
    done = typed(f"{lines[1]} --dry-run".replace("FOLDER", "."), project)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 8


@pytest.mark.slow
@pytest.mark.parametrize("template", MADE)
def test_the_way_of_a_new_user(tmp_path, template):
    if template == "fashion-mnist" and not PART.is_dir():
        pytest.skip(f"{PART} is not here")
    before = cpu_seconds()
    project, (first, changed, report, test) = made(template, tmp_path, *MADE[template])

    done = typed(first, project)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "8 of 8 passed" in done.stdout and "Traceback" not in done.stderr

    done = typed(first, project)
    assert done.returncode == 0
    assert done.stderr.count("skipped, up to date") == 8

    done = typed(changed, project)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr.count("skipped, up to date") == 3  # explore, class_balance, baseline
    assert done.stderr.count("because its settings changed") == 5
    assert "8 of 8 passed" in done.stdout

    done = typed(report, project)
    assert done.returncode == 0 and "8 of 8 passed" in done.stdout
    done = typed(test, project)
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout and "failed" not in done.stdout
    assert cpu_seconds() - before <= SECONDS[template] * slowness()


def cpu_seconds() -> float:
    """Of all processes that have ended: the wall clock would time the machine's other work too."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize("template", MADE)
def test_made_code_is_clean(tmp_path, template):
    api.make_project(tmp_path / "mine", template)
    for words in (["check", "--select", "E,F,I,B,UP"], ["format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *words, "--isolated", "--line-length", "100", "."],
            cwd=tmp_path / "mine", capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout


def test_a_terminal_is_asked_and_with_yes_it_is_not(tmp_path):
    words = ("init", "project", "mine", "--template", "fashion-mnist")
    shown = answered(tmp_path, words, {"project called?": "\x15named\r", "(empty": "\r"})
    assert 'name = "named"' in (tmp_path / "mine/recipe.cfg").read_text(), shown
    assert "wrote 6 files to mine" in shown and "--paths.data=FOLDER" in shown
    shown = on_terminal("init", "project", "other", "--yes", cwd=tmp_path)
    assert "project called?" not in shown
    assert 'name = "other"' in (tmp_path / "other/recipe.cfg").read_text()


def test_ctrl_c_at_a_question_leaves_nothing(tmp_path):
    shown = answered(tmp_path, ("init", "project", "mine"), {"project called?": "\x03"})
    assert shown.endswith("\nexit 130") and "Traceback" not in shown
    assert not (tmp_path / "mine").exists()


def answered(folder: Path, words: tuple[str, ...], answers: dict[str, str]) -> str:
    """What `art` shows on a terminal on which questions are answered as they come."""
    outer, inner = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "art", *words],
        cwd=folder, stdin=inner, stdout=inner, stderr=inner, start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"},
    )  # fmt: skip
    os.close(inner)
    shown, left = "", list(answers.items())
    deadline = time.monotonic() + 120
    with suppress(OSError):  # the other end is closed
        while select.select([outer], [], [], deadline - time.monotonic())[0]:
            shown += os.read(outer, 65536).decode(errors="replace")
            if left and left[0][0] in shown:
                os.write(outer, left.pop(0)[1].encode())
    if time.monotonic() > deadline:
        process.kill()
    os.close(outer)
    return f"{shown}\nexit {process.wait(60)}"
