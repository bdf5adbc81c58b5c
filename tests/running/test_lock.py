"""A run can be held to what an earlier one was made from."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

import art
from art.errors import PathError, UserError

CODE = """
import art


@art.stages("locked.Count.v1")
class Count(art.Stage):
    per_model = False
    reads = ("data",)

    def __init__(self, by: int = 1) -> None:
        self.by = by

    def run(self, context):
        return art.Outcome(scores={"counted": 1.0 * self.by})
"""


@pytest.fixture(scope="module")
def code_file(tmp_path_factory):
    """The code file; one for all, since a name can be registered from one place only."""
    path = tmp_path_factory.mktemp("code") / "locked.py"
    path.write_text(CODE)
    return path


@pytest.fixture
def project(tmp_path, monkeypatch, code_file, counting):
    """A project of one stage that has run, in the working folder; gives its run folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    Path("counting.cfg").write_text(counting("locked.Count.v1"))
    Path("table.csv").write_text("x,y\n1,a\n2,b\n")
    assert art.train("counting.cfg", code=[code_file]).ok
    return next(Path("runs/counting/01-count").glob("0001-*"))


@pytest.fixture
def again(code_file):
    """Runs the recipe once more, held to a run."""

    def run(locked: Path | str, **options):
        return art.train("counting.cfg", code=[code_file], locked=locked, **options)

    return run


@pytest.fixture
def drift(again):
    """The lines in which a run that has drifted is refused."""

    def lines(locked: Path | str, **options) -> list[str]:
        with pytest.raises(UserError) as caught:
            again(locked, **options)
        return caught.value.message.splitlines()

    return lines


def test_a_lock_holds_what_the_run_was_made_from(project):
    lock = json.loads((project / "lock.json").read_text())
    assert lock["config"]["stages.count.by"] == 1
    assert lock["origins"]["data.target"] == "counting.cfg:13:1"
    assert lock["origins"]["stages.count.by"] == "default of locked.Count.v1"
    assert lock["functions"]["@stages locked.Count.v1"] == "locked.py:5"
    assert lock["functions"]["@models art.MLP.v1"].startswith("art/registry/models/mlp.py:")
    assert list(lock["code"]) == ["locked.py"] and len(lock["code"]["locked.py"]) == 64
    assert list(lock["data"]) == ["table.csv"]
    assert {"torch", "confection", "pytorch-lightning", "numpy"} <= set(lock["packages"])
    assert "pytest" not in lock["packages"]


def test_what_has_not_drifted_runs(project, again):
    assert again(project).ok
    assert again("runs/counting", force=True).ok
    assert again(project / "lock.json").ok
    other_machine = {"paths.runs": "elsewhere", "system.num_workers": 2}
    assert again(project, overrides=other_machine).ok
    assert Path("elsewhere/counting").is_dir()


def test_the_newest_run_is_the_one_opened_last_whatever_its_files_say(project, again, drift):
    assert again(project, force=True).ok
    newest = next(Path("runs/counting/01-count").glob("0002-*"))
    lock = json.loads((newest / "lock.json").read_text())
    (newest / "lock.json").write_text(json.dumps({**lock, "python": "3.2.1"}))
    for number, run in enumerate((newest, project)):  # a clock that was set back, or a copied store
        os.utime(run / "lock.json", (number, number))
    assert "  python: 3.2.1 then" in drift("runs/counting")[1]
    Path("runs/counting/journal.jsonl").unlink()  # a store of an earlier ART
    assert "  python: 3.2.1 then" in drift("runs/counting")[1]


def test_data_counts_by_its_content_not_by_its_place(project, again, drift):
    Path("moved.csv").write_bytes(Path("table.csv").read_bytes())
    assert again(project, overrides={"paths.data": "moved.csv"}).ok
    Path("moved.csv").write_text("x,y\n1,b\n2,b\n")
    lines = drift(project, overrides={"paths.data": "moved.csv"})
    assert lines == [
        f"1 thing has drifted since {project}; nothing was run.",
        "  data: other content (moved.csv)",
    ]


def test_everything_that_drifted_is_named(project, drift):
    path = project / "lock.json"
    lock = json.loads(path.read_text())
    lock["packages"]["torch"] = "1.0"
    lock["packages"]["gone"] = "2.0"
    lock["python"] = "3.2.1"
    lock["code"]["locked.py"] = "0" * 64
    lock["files"]["@stages locked.Count.v1"] = "0" * 64
    now = json.loads(path.read_text())
    path.write_text(json.dumps(lock))
    lines = drift(project, overrides=["--stages.count.by=2"])
    assert lines == [
        f"6 things have drifted since {project}; nothing was run.",
        "  setting stages.count.by: 1 then, 2 now (--stages.count.by=2)",
        "  code locked.py: another file then",
        "  function @stages locked.Count.v1: its file changed (locked.py:5)",
        f"  package torch: 1.0 then, {now['packages']['torch']} now",
        "  package gone: 2.0 then, not there now",
        f"  python: 3.2.1 then, {now['python']} now",
    ]


@pytest.mark.parametrize(
    ("run", "says"),
    [
        ("runs/none", "runs/none: no such run. `art report` names the folders of runs."),
        (
            ".",
            ".: no lock.json there. Name a run's folder, RUNS/PROJECT/STAGE/RUN, or a project's.",
        ),
    ],
)  # fmt: skip
def test_a_run_that_is_none_is_said(project, again, run, says):
    with pytest.raises(PathError) as caught:
        again(run)
    assert caught.value.message == says


@pytest.mark.parametrize("text", ["{", "[]", "[1]", '{"schema": 1}'])
def test_a_lock_that_is_broken_is_said(project, again, text):
    (project / "lock.json").write_text(text)
    with pytest.raises(PathError, match="not a lock that this version can read"):
        again(project)


def test_precision_changes_results_and_counts(project, drift):
    lines = drift(project, overrides={"system.precision": "bf16-mixed"})
    assert lines[1].startswith('  setting system.precision: "32-true" then, "bf16-mixed" now')


def test_a_dry_run_is_not_held_to_a_lock(project, code_file, art_command):
    done = art_command(
        "train", "counting.cfg", "--code", code_file, "--locked", project, "--dry-run"
    )
    assert done.returncode == 2 and "cannot be combined" in done.stderr


def test_the_command_refuses_with_exit_code_2(project, code_file, art_command):
    done = art_command(
        "train", "counting.cfg", "--code", code_file, "--locked", project, "--project.seed=4"
    )
    assert done.returncode == 2 and done.stdout == ""
    assert "setting project.seed: 0 then, 4 now (--project.seed=4)" in done.stderr
