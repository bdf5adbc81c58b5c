"""A link inside a store leads nowhere: what lies behind it is neither read nor changed."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest

from art.api.records import report
from art.core.record import Record
from art.errors import PathError, StoreError
from art.hub.applying import apply_settings
from art.prediction.finding import find_model
from art.running.lock import read_lock
from art.store import RunStore, find_projects

WITHOUT_LINKS = "is a link, and links in a store are not followed"


def tree(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file below a folder, with its content and its time."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path): (path.read_bytes(), path.lstat().st_mtime_ns) for path in files}


@pytest.fixture
def elsewhere(tmp_path):
    """A run of another store, as a spoiled, half-written and running one."""
    run = tmp_path / "elsewhere" / "0001-20260101-000000"
    (run / "checkpoints").mkdir(parents=True)
    (run / "record.json").write_text("{")
    (run / ".lock").write_text("")
    (run / ".owner.json").write_text("{}")
    (run / ".record.json.abcdefgh.tmp").write_text("half")
    (run / "lock.json").write_text("{}")
    return run


def store_with(tmp_path: Path, place: str, target: Path) -> RunStore:
    link = tmp_path / "runs" / place
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(target)
    return RunStore(tmp_path / "runs", "p")


def a_record() -> Record:
    return Record(
        project="p", stage="explore", order=1, run="0001-20260101-000000", model=None,
        status="running", started="2026-01-01T00:00:00Z",
    )  # fmt: skip


@pytest.mark.parametrize("level", ["run", "stage", "project"])
def test_a_linked_folder_is_left_alone(tmp_path, elsewhere, level):
    place = {"run": "p/01-explore/0001-20260101-000000", "stage": "p/01-explore", "project": "p"}
    target = {"run": elsewhere, "stage": elsewhere.parent, "project": elsewhere.parent.parent}
    before = tree(tmp_path)
    store = store_with(tmp_path, place[level], target[level])
    assert store.records() == [] and store.latest("explore", None) is None
    assert store.latest_all() == [] and store.mark_interrupted() == []
    assert store.running_elsewhere("explore", None) is None
    told = " ".join(store.set_aside)
    assert WITHOUT_LINKS in told and place[level].split("/")[-1] in told
    assert tree(tmp_path) == before


def test_a_record_that_is_a_link_is_told_of_and_left(tmp_path, elsewhere):
    run = tmp_path / "runs/p/01-explore/0001-20260101-000000"
    run.mkdir(parents=True)
    (run / "record.json").symlink_to(elsewhere / "record.json")
    before = tree(tmp_path / "elsewhere")
    store = RunStore(tmp_path / "runs", "p")
    assert store.records() == []
    assert "this is a link" in store.set_aside[0]
    assert tree(tmp_path / "elsewhere") == before and (run / "record.json").is_symlink()


def test_no_run_is_opened_behind_a_link(tmp_path, elsewhere):
    before = tree(tmp_path / "elsewhere")
    store = store_with(tmp_path, "p/01-explore", elsewhere.parent)
    with pytest.raises(StoreError, match=f"01-explore {WITHOUT_LINKS}"):
        store.open_run("explore", 1, None)
    assert sorted(elsewhere.parent.iterdir()) == [elsewhere]
    assert tree(tmp_path / "elsewhere") == before


def test_no_project_is_prepared_behind_a_link(tmp_path, elsewhere):
    store = store_with(tmp_path, "p", elsewhere.parent)
    with pytest.raises(StoreError, match=rf"p {WITHOUT_LINKS}.*--paths\.runs"):
        store.prepare()
    assert find_projects(tmp_path / "runs") == []
    with pytest.raises(PathError, match="no records there"):
        report(tmp_path / "runs")


def test_a_runs_folder_that_is_a_link_is_the_users_own_and_followed(tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "runs").symlink_to(tmp_path / "disk")
    store = RunStore(tmp_path / "runs", "p")
    store.prepare()
    with store.open_run("explore", 1, None) as run:
        run.write(a_record())
    assert len(store.records()) == 1 and (tmp_path / "disk/p/01-explore").is_dir()


@pytest.mark.parametrize("name", [".lock", "01-explore/0001-20260101-000000/.lock"])
def test_a_lock_behind_a_link_is_not_taken(tmp_path, elsewhere, name):
    import fcntl

    run = tmp_path / "runs/p/01-explore/0001-20260101-000000"
    run.mkdir(parents=True)
    (run / "record.json").write_text(json.dumps({"status": "running"}))
    (tmp_path / "runs/p" / name).symlink_to(elsewhere / ".lock")
    before = tree(tmp_path / "elsewhere")
    with (elsewhere / ".lock").open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        store = RunStore(tmp_path / "runs", "p")
        store.records()
        store.mark_interrupted()
        if name == ".lock":
            with pytest.raises(StoreError, match=r"\.lock: it is a link"):
                store.open_run("explore", 1, None)
        else:
            store.open_run("explore", 1, None).close()
    assert tree(tmp_path / "elsewhere") == before


@pytest.mark.parametrize("make", [os.mkfifo, lambda p: socket.socket(socket.AF_UNIX).bind(str(p))])
def test_the_file_in_the_way_is_named(tmp_path, make, monkeypatch):
    (tmp_path / "runs/p").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    make(Path("runs/p/journal.jsonl"))
    with pytest.raises(StoreError, match=r"journal\.jsonl: this is a (pipe|socket), not a regular"):
        RunStore("runs", "p").open_run("explore", 1, None)


def test_commands_that_are_given_a_stage_look_behind_no_link(tmp_path, elsewhere):
    config = tmp_path / "c.cfg"
    config.write_text("[project]\n")
    store_with(tmp_path, "p/01-explore/0001-20260101-000000", elsewhere)
    stage = tmp_path / "runs/p/01-explore"
    with pytest.raises(PathError, match="there is no record here"):
        apply_settings(stage, config, accept=True, say=print)
    with pytest.raises(PathError, match="no checkpoint here"):
        find_model(stage)
    with pytest.raises(PathError, match=r"no lock\.json there"):
        read_lock(tmp_path / "runs/p")
