"""A run folder has one owner at a time; a dead owner's run is interrupted. Real processes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from art.core.record import Record
from art.errors import StoreError
from art.store.locking import LOCK, OWNER
from art.store.run_store import RunStore

from .conftest import record_for

Leave = Callable[..., Record]

RUNS_A_STAGE = """
import sys, time
from art.core.record import Record
from art.store.run_store import RunStore
store = RunStore(sys.argv[1], "digits")
run = store.open_run("overfit", 5, "cnn")
run.write(Record("digits", "overfit", 5, run.run, "cnn", "running", "2026-11-23T22:10:00Z"))
print(run.run, flush=True)
time.sleep(60)
"""

OPENS_RUNS = """
import sys
from art.store.run_store import RunStore
store = RunStore(sys.argv[1], "digits")
for i in range(15):
    with store.open_run("overfit", 5, sys.argv[2]) as run:
        print(run.run)
"""

LOOKS = """
import sys
from art.store.run_store import RunStore
store = RunStore(sys.argv[1], "digits", read_only=True)
print(*{store.records()[0].status for _ in range(1500)})
"""

REWRITES = """
import sys, time
from art.core.record import Record
from art.store.run_store import RunStore
store = RunStore(sys.argv[1], "digits")
end = time.monotonic() + float(sys.argv[2])
i = 0
while time.monotonic() < end:
    with store.open_run("overfit", 5, "cnn") as run:
        for status in ("running", "passed"):
            i += 1
            scores = {"a": float(i), "b": float(i)}
            run.write(Record("digits", "overfit", 5, run.run, "cnn", status, "now", scores=scores))
print(i)
"""


def python(code: str, *arguments: str | Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@contextmanager
def another_process(store: RunStore) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that is in the middle of a run of `overfit`."""
    process = python(RUNS_A_STAGE, store.root)
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_another_living_process_is_named_and_refused(store: RunStore) -> None:
    with another_process(store) as (process, run):
        owner = store.running_elsewhere("overfit", "cnn")
        assert owner is not None
        assert (owner.pid, owner.run) == (process.pid, run)
        with pytest.raises(StoreError, match=f"run already by process {process.pid} on .*{run}"):
            store.open_run("overfit", 5, "cnn")
        assert store.running_elsewhere("overfit", "mlp") is None
        store.open_run("overfit", 5, "mlp").close()
        assert [r.status for r in store.records("overfit", "cnn")] == ["running"]
        assert store.mark_interrupted() == []


def test_a_killed_process_leaves_an_interrupted_run(store: RunStore) -> None:
    with another_process(store) as (process, run):
        process.kill()
        process.wait()
    assert store.running_elsewhere("overfit", "cnn") is None
    path = store.folder / "05-overfit" / run / "record.json"
    assert store.records()[0].status == "interrupted"
    assert '"running"' in path.read_text()  # reading changes nothing
    assert [r.run for r in store.mark_interrupted()] == [run]
    assert '"interrupted"' in path.read_text()
    assert store.mark_interrupted() == []
    assert sorted(p.name for p in path.parent.iterdir()) == ["record.json"]


def test_what_a_killed_process_had_half_written_is_cleared_away(store: RunStore) -> None:
    with another_process(store) as (process, run):
        folder = store.folder / "05-overfit" / run
        half = folder / "checkpoints" / ".best.ckpt.ab12_cd3.tmp"
        half.parent.mkdir()
        half.write_text("half")
        own = folder / ".notes.tmp"
        own.write_text("the user's")
        store.mark_interrupted()
        assert half.exists()  # its process is alive, and still writing
        process.kill()
        process.wait()
    store.mark_interrupted()
    assert not half.exists() and own.exists()


def test_many_who_look_are_not_taken_for_an_owner(store: RunStore, leave: Leave) -> None:
    record = leave(status="running")
    (store.folder / "05-overfit" / record.run / LOCK).touch()
    lookers = [python(LOOKS, store.root) for _ in range(3)]
    said = [looker.communicate(timeout=60)[0].split() for looker in lookers]
    assert said == [["interrupted"]] * 3


def test_our_own_run_is_running_until_it_is_closed(store: RunStore) -> None:
    run = store.open_run("overfit", 5, "cnn")
    run.write(record_for(run, "overfit", 5, status="running"))
    assert store.records()[0].status == "running"
    assert store.running_elsewhere("overfit", "cnn") is None
    assert store.mark_interrupted() == []
    run.close()
    run.close()
    assert store.records()[0].status == "interrupted"


def test_a_closed_run_leaves_no_litter(store: RunStore, leave: Leave) -> None:
    leave()
    files = {path.name for path in store.folder.rglob("*") if path.is_file()}
    assert not files & {OWNER} and (store.folder / "05-overfit").exists()
    assert not list(store.folder.glob(f"*/*/{LOCK}"))


@pytest.mark.parametrize("note", ["", "{", "[]", '{"pid": "x"}', '{"pid": -1}'])
def test_a_torn_note_of_the_owner_harms_nobody(store: RunStore, leave: Leave, note: str) -> None:
    record = leave(status="running")
    folder = store.folder / "05-overfit" / record.run
    (folder / OWNER).write_text(note)
    (folder / LOCK).touch()
    assert store.running_elsewhere("overfit", "cnn") is None
    assert store.latest_all()[0].status == "interrupted"
    assert len(store.mark_interrupted()) == 1


def test_racing_processes_never_share_a_number(store: RunStore) -> None:
    processes = [python(OPENS_RUNS, store.root, model) for model in ("a", "b", "c")]
    runs = [line for p in processes for line in p.communicate(timeout=60)[0].split()]
    assert [p.returncode for p in processes] == [0, 0, 0]
    assert sorted(int(run[:4]) for run in runs) == list(range(1, 46))


def test_a_reader_never_sees_half_a_record(store: RunStore) -> None:
    writer = python(REWRITES, store.root, "1.5")
    seen: list[Record] = []
    while writer.poll() is None:
        records = store.latest_all()
        assert all(r.status in ("running", "passed") for r in records)
        assert all(r.scores["a"] == r.scores["b"] for r in records)
        seen.extend(records)
        time.sleep(0.001)
    written = int(writer.communicate()[0])
    assert writer.returncode == 0
    assert store.set_aside == []
    assert written > 10
    assert len({r.scores["a"] for r in seen}) > 5


def test_the_lock_of_a_store_that_cannot_be_written_is_judged_by_the_pid(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = os.open

    def read_only(path: str, flags: int, *rest: int, **more: int) -> int:
        if str(path).endswith(LOCK):
            raise PermissionError(13, "read-only", str(path))
        return opened(path, flags, *rest, **more)

    with another_process(store) as (process, _):
        monkeypatch.setattr(os, "open", read_only)
        assert store.records()[0].status == "running"
        process.kill()
        process.wait()
        assert store.records()[0].status == "interrupted"
