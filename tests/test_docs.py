"""What the documents say is true: names are registered, configs valid, commands run."""

from __future__ import annotations

import re
import runpy
import shlex
from pathlib import Path

import pytest

import art
from art import api
from art.cli import app
from art.core.task import TaskProfile
from tests import pages
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
RECIPE = (ROOT / "docs" / "recipe.md").read_text(encoding="utf-8")
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
DOCS = "\n".join(path.read_text(encoding="utf-8") for path in PAGES if path.parent != ROOT)
EVERYTHING = "\n".join(path.read_text(encoding="utf-8") for path in PAGES)

FILES = pages.files(README)
COMMANDS = [command.line for command in pages.commands(README)]
CONFIGS = [name for name in FILES if name.endswith(".cfg")]
DOCUMENTED = ("stages", "checks", "metrics", "data", "models", "tasks", "visualizers", "loggers")
SEVEN = (
    "explore", "baseline", "loss_at_init", "overfit_one_batch", "overfit", "regularize", "evaluate"
)  # fmt: skip
CODE = {"balance.cfg": ["balance.py"]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with every file of the README, as a reader has it. One for all tests: a code file
    registers its parts once a process, under its own path."""
    path = tmp_path_factory.mktemp("readme")
    pages.write_files(README, path)
    return path


@pytest.fixture
def written(folder, monkeypatch):
    """That folder as the working directory."""
    monkeypatch.chdir(folder)
    return folder


def built_in() -> dict[str, set[str]]:
    """Names that ART itself registers, by registry; other tests may have registered more."""
    found: dict[str, set[str]] = {}
    for part in api.parts():
        if part.name.startswith(("art.", "torch.")):
            found.setdefault(part.registry, set()).add(part.name)
    return found


@pytest.mark.parametrize("registry", DOCUMENTED)
def test_every_built_in_part_is_in_the_docs(registry):
    names = built_in()[registry]
    missing = sorted(name for name in names if f"`{name}`" not in DOCS)
    assert names and not missing


def test_the_docs_name_only_what_is_registered():
    registered = set().union(*built_in().values())
    mentioned = set(re.findall(r"\b(?:art|torch)\.\w+\.v\d+", EVERYTHING))
    written_wrong_on_purpose = {"art.CNNN.v1"}
    invited_to_be_written = {"art.Between.v1"}
    assert mentioned - registered == written_wrong_on_purpose | invited_to_be_written


@pytest.mark.parametrize(("order", "stage"), list(enumerate(SEVEN, 1)))
def test_a_stages_section_names_each_of_its_checks(order, stage):
    api.populate()
    section = RECIPE.partition(f"## {order}. {stage}:")[2].partition("\n## ")[0]
    name = re.search(r"`(art\.\w+\.v1)`", section).group(1)
    checks: dict[str, dict] = {}
    theirs = TaskProfile("classification", "accuracy", True)  # a loss of the user's own
    for profile in (TaskProfile("classification", "accuracy", True, True), theirs, TaskProfile()):
        checks = {**art.stages.get(name).default_checks(profile, SEVEN), **checks}
    rows = dict(re.findall(r"^\| `(\w+)`( \(warns\))? \|", section, re.MULTILINE))
    assert set(rows) == set(checks)
    warns = {check for check, block in checks.items() if block.get("severity") == "warn"}
    assert {check for check, word in rows.items() if word} == warns


def test_the_ten_line_config_has_ten_lines_and_is_valid(written):
    assert len(FILES["first.cfg"].strip().splitlines()) == 1 + 10  # the first names the file
    assert art.validate("first.cfg") == []


def test_each_config_of_the_readme_is_valid(written):
    assert {"first.cfg", "balance.cfg", "two.cfg"} <= set(CONFIGS)
    for name in CONFIGS:
        assert art.validate(name, code=CODE.get(name, [])) == [], name


def test_each_config_of_the_recipe_is_valid_with_the_ten_lines(written):
    blocks = [body for kind, body in pages.fences(RECIPE) if kind == "ini"]
    assert blocks
    for body in blocks:
        Path("more.cfg").write_text(FILES["first.cfg"] + body, encoding="utf-8")
        assert art.validate("more.cfg") == []


def test_each_command_of_the_readme_works(written, capsys):
    """In order, as a reader types them; `train` says what it would run, the rest runs."""
    assert len(COMMANDS) >= 8
    art.train("first.cfg", stages=["explore"])  # leaves the record that `report` reads
    for command in COMMANDS:
        words = shlex.split(command)[1:]
        if words[0] == "quickstart":  # runs until it is ended: tests/quickstart/test_serving.py
            continue
        if words[0] == "train" and "--dry-run" not in words:
            words.append("--dry-run")
        code = app.run(words)
        shown = capsys.readouterr()
        assert code == 0, (command, shown.err)
        assert shown.out or "wrote" in shown.err, command


def test_the_custom_stage_runs(written, art_command):
    done = art_command("train", "balance.cfg", "--code", "balance.py", cwd=written)
    assert done.returncode == 0, done.stderr
    assert "2 of 2 passed" in done.stdout
    share = art.report("runs", "balance").stages[1].scores["train/majority_share"]
    assert 0.1 <= share < 0.11  # ten classes of about the same size


def test_a_closed_gate_looks_as_the_readme_shows(written, art_command):
    command = next(line for line in COMMANDS if "--project.name slow" in line)
    done = art_command(*shlex.split(command)[1:], cwd=written)
    assert done.returncode == 1
    shown = next(body for _, body in pages.fences(README) if "gate closed" in body)
    lines = [_without_times(line) for line in shown.splitlines()]
    assert lines == [_without_times(line) for line in done.stdout.splitlines()][: len(lines)]


def test_mistakes_look_as_the_readme_shows(written, art_command):
    bad = FILES["first.cfg"].partition("\n")[2].replace("CNN.v1", "CNNN.v1")
    Path("bad.cfg").write_text(bad.replace("name = ", "naem = "), encoding="utf-8")
    done = art_command("train", "bad.cfg", cwd=written)
    assert done.returncode == 2
    assert done.stderr in README


def test_the_example_from_python_runs(written, capsys):
    runpy.run_path("from_python.py")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "True 0"
    assert float(lines[1]) > 0.9
    assert lines[2:4] == ["explore passed", "baseline passed"]


def test_links_between_documents_lead_somewhere():
    for page in PAGES:
        for target in re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).is_file(), (page, target)


def test_make_targets_that_are_named_exist():
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"^make ([\w-]+)", EVERYTHING, re.MULTILINE))
    assert {"train", "test"} <= named <= targets


def test_documents_name_no_network_address_and_no_machine():
    assert not re.findall(r"https?://(?!HOST/)|www\.|/(?:home|Users|work|tmp)/", EVERYTHING)


def _without_times(line: str) -> str:
    return re.sub(r" *(\d+ min )?\d+(\.\d)? s\b", " T s", line).rstrip()
