"""What docs/projects.md shows is what happens: its commands in order, and their output."""

from __future__ import annotations

import re

import pytest

from art.projects.sources import built_in
from tests import pages
from tests.conftest import ROOT
from tests.test_config_docs import run

TEXT = (ROOT / "docs" / "projects.md").read_text(encoding="utf-8")
FENCES = pages.fences(TEXT)
SHOWN = [
    (line, following if kind == "text" and body.count("\n") == 1 else "")
    for (first, body), (kind, following) in zip(FENCES, [*FENCES[1:], ("", "")], strict=True)
    if first == "sh"
    for line in body.splitlines()
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the file of the document, as a reader has it."""
    path = tmp_path_factory.mktemp("projects")
    (config,) = (body for kind, body in FENCES if kind == "ini")
    (path / "small.cfg").write_text(config, encoding="utf-8")
    return path


def test_the_commands_work_print_what_is_shown_and_undo_each_other(folder):
    before = (folder / "small.cfg").read_bytes()
    assert len(SHOWN) == 7 and sum(bool(shown) for _, shown in SHOWN) == 3
    for line, shown in SHOWN:
        printed = run(line, folder)
        for piece in re.split(r"^\.\.\.\n", shown, flags=re.MULTILINE):
            assert piece in printed, line
    assert (folder / "small.cfg").read_bytes() == before
    for line in (project for project, _ in SHOWN if project.startswith("art init project")):
        assert set(re.findall(r"^\| `([\w./]+)` \|", TEXT, re.MULTILINE)) >= {
            path.name + "/" * path.is_dir()
            for path in (folder / line.split()[3]).iterdir()
            if path.name != ".gitignore"
        }


def test_every_template_is_described():
    rows = re.findall(r"^\| `([\w-]+)` \|", TEXT, re.MULTILINE)
    assert set(built_in()) <= set(rows)
