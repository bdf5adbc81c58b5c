"""What docs/config.md shows is what happens: its files, its commands in order, their output."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import art
from tests import pages
from tests.conftest import ROOT

TEXT = (ROOT / "docs" / "config.md").read_text(encoding="utf-8")
FENCES = pages.fences(TEXT)
FILES = {
    body.split("\n", 1)[0].removeprefix("# "): body
    for kind, body in FENCES
    if kind in ("ini", "csv")
}
SHOWN = [
    (body, following if kind == "text" else "")
    for (first, body), (kind, following) in zip(FENCES, [*FENCES[1:], ("", "")], strict=True)
    if first == "sh"
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with every file of the document, as a reader has it."""
    path = tmp_path_factory.mktemp("config")
    for name, body in FILES.items():
        text = body.split("\n", 1)[1] if name.endswith(".csv") else body
        (path / name).write_text(text, encoding="utf-8")
    return path


def run(line: str, folder: Path) -> str:
    """What a line of the shell prints; it must succeed."""
    commands = Path(sys.executable).parent
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", line],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120,
        env={**os.environ, "PATH": f"{commands}:{os.environ['PATH']}"},
    )  # fmt: skip
    assert done.returncode == 0, (line, done.stdout)
    assert done.stdout, line
    return done.stdout


@pytest.mark.parametrize(("commands", "shown"), SHOWN)
def test_commands_work_and_print_what_is_shown(folder, commands, shown):
    assert commands.startswith(("art ", "ART_"))
    printed = "\n".join(run(line, folder) for line in commands.splitlines())
    for piece in re.split(r"^\.\.\.\n", shown, flags=re.MULTILINE):
        assert piece in re.sub(r"torch\.py:\d+", "torch.py:48", printed)


def test_there_are_files_commands_and_outputs():
    assert set(FILES) == {"small.cfg", "system.cfg", "iris.csv"}
    assert len(SHOWN) == 8 and sum(bool(shown) for _, shown in SHOWN) == 4
    assert sum(len(commands.splitlines()) for commands, _ in SHOWN) == 16


def test_the_order_of_the_layers_is_the_one_that_is_listed(folder, monkeypatch):
    monkeypatch.chdir(folder)
    home = folder / "xdg" / "art"
    home.mkdir(parents=True)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "xdg"))
    (home / "system.cfg").write_text('[paths]\nruns = "user"\n[system]\ndevices = 2\n')
    Path("two.cfg").write_text(FILES["small.cfg"] + '[paths]\nruns = "recipe"\ndata = "recipe"\n')
    Path("other.cfg").write_text('[paths]\nruns = "named"\n')
    runs = lambda **options: art.load("two.cfg", **options).paths["runs"]  # noqa: E731
    assert runs() == "user"
    assert art.load("two.cfg").paths["data"] == "recipe"
    assert art.load("two.cfg").system.devices == 2
    assert runs(system="other.cfg") == "named"
    monkeypatch.setenv("ART_CONFIG_OVERRIDES", "--paths.runs variable")
    assert runs(system="other.cfg") == "variable"
    assert runs(system="other.cfg", overrides=["--paths.runs=option"]) == "option"
