"""A run folder that is removed, renamed or replaced while its stage runs: the stage never passes,
and nothing is written to what lies there instead."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from art.cli.app import run
from art.core.files import atomic_write, make_folder
from art.core.planted import open_to_append
from art.core.watched import must_be_the_same, watch
from art.errors import StoreError
from art.store import RunStore

CODE = """
import os, shutil
from pathlib import Path
import art

@art.stages("test_folder_taken.v1")
class Taken(art.Stage):
    def run(self, context):
        folder, project = context.folder, context.folder.parent.parent
        exec(os.environ["MEANWHILE"])
        if os.environ["THEN"] == "train":
            context.fit()
        return art.Outcome(scores={"train/loss": 1.0})
"""
AWAY = "folder.rename('away'); folder.symlink_to(Path('outside').resolve())"
REMOVED = "was removed or renamed while the stage ran"
LINK = "was replaced by a link while the stage ran"
WAYS = {
    "removed": ("shutil.rmtree(folder)", REMOVED),
    "renamed": ("folder.rename('away')", REMOVED),
    "the project removed": ("shutil.rmtree(project)", REMOVED),
    "the runs renamed": ("project.parent.rename('away')", REMOVED),
    "made anew": ("shutil.rmtree(folder); folder.mkdir()", "was replaced while the stage ran"),
    "a file": ("folder.rename('away'); folder.touch()", "was replaced while the stage ran"),
    "a link": (AWAY, LINK),
    "a link to itself": ("folder.rename('away'); folder.symlink_to(Path('away').resolve())", LINK),
    "the project a link": (
        "project.rename('away'); project.symlink_to(Path('outside').resolve())", REMOVED,
    ),
    "its config removed": ("(folder / 'config.cfg').unlink()", "config.cfg was removed"),
    "its record a link": (
        "(folder / 'record.json').unlink(); (folder / 'record.json').symlink_to('/dev/null')",
        "record.json was removed or replaced",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def parts(tmp_path_factory) -> Path:
    """One file for all, since a part is registered once a process."""
    path = tmp_path_factory.mktemp("code") / "parts.py"
    path.write_text(CODE)
    return path


@pytest.fixture
def train(tmp_path: Path, parts: Path, counting, monkeypatch, capfd):
    """Runs the stage, with what happens to its folder; gives the exit code and what was said."""
    monkeypatch.chdir(tmp_path)
    rows = "".join(f"{n},{'ab'[n % 2]}\n" for n in range(40))
    Path("table.csv").write_text(f"x,y\n{rows}")
    Path("c.cfg").write_text(counting("test_folder_taken.v1") + "\n[training]\nmax_epochs = 1\n")
    Path("outside").mkdir()

    def go(meanwhile: str, then: str = "return") -> tuple[int, str]:
        monkeypatch.setenv("MEANWHILE", meanwhile)
        monkeypatch.setenv("THEN", then)
        code = run(["train", "c.cfg", "--code", str(parts)])
        return code, "".join(capfd.readouterr())

    return go


@pytest.mark.parametrize("then", ["return", "train"])
@pytest.mark.parametrize("way", WAYS)
def test_a_stage_whose_files_were_taken_away_is_refused(train, way, then):
    meanwhile, why = WAYS[way]
    code, said = train(meanwhile, then)
    assert code == 2, said
    assert why in " ".join(said.split()) and "Traceback" not in said
    assert "refused" in said and "leave that folder alone" in said
    assert not [path for path in Path("outside").rglob("*") if path.is_file()]
    assert all(record.status != "passed" for record in RunStore("runs", "counting").latest_all())


def test_the_same_command_passes_afterwards(train):
    assert train("shutil.rmtree(folder)")[0] == 2
    code, said = train("pass", "train")
    assert code == 0, said


def test_a_folder_within_that_was_replaced_by_a_link_is_not_written_through(train):
    meanwhile = "(folder / 'checkpoints').symlink_to(Path('outside').resolve())"
    code, said = train(meanwhile, "train")
    assert code == 2 and "checkpoints was replaced by a link" in " ".join(said.split())
    assert list(Path("outside").iterdir()) == []


WRITERS = {
    "a file": lambda folder: atomic_write(folder / "f", "x"),
    "a folder": lambda folder: make_folder(folder / "sub" / "sub"),
    "a line": lambda folder: open_to_append(folder / "f").close(),
}


@pytest.mark.parametrize("name", WRITERS)
def test_every_door_for_writing_asks(tmp_path, name):
    folder, outside = tmp_path / "run", tmp_path / "outside"
    folder.mkdir()
    outside.mkdir()
    with watch(folder, lambda: False):
        WRITERS[name](folder)
        folder.rename(tmp_path / "away")
        folder.symlink_to(outside)
        with pytest.raises(StoreError, match="replaced by a link"):
            WRITERS[name](folder)
        WRITERS[name](tmp_path / "away")  # what is not watched is nobody's concern here
    assert list(outside.iterdir()) == []


def test_a_file_system_may_give_the_same_folder_another_number(tmp_path):
    """Some network file systems do; a note in the folder says then whose it is."""
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "note").touch()
    with watch(folder, lambda: (folder / "note").exists()):
        folder.rename(tmp_path / "away")
        folder.mkdir()
        with pytest.raises(StoreError, match="was replaced"):
            must_be_the_same(folder / "f")
        (folder / "note").touch()
        must_be_the_same(Path(os.path.relpath(folder)) / "f")
