"""Opening runs and finding their records again."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from art.core import files
from art.core.record import Record
from art.errors import StoreError
from art.store import reading
from art.store.layout import find_projects
from art.store.record_file import encode
from art.store.run_store import RunStore
from tests.yardstick import slowness

from .conftest import record_for

Leave = Callable[..., Record]


def test_a_run_folder_is_named_as_the_contract_says(store: RunStore) -> None:
    with store.open_run("explore", 1, None) as run:
        assert run.path.parent == store.root / "digits" / "01-explore"
        number, moment = run.run.split("-", 1)
        assert number == "0001"
        datetime.strptime(moment, "%Y%m%d-%H%M%S")
        assert run.folder == f"01-explore/{run.run}"


def test_records_read_back_in_the_order_of_their_numbers(store: RunStore, leave: Leave) -> None:
    written = [leave(scores={"train/loss": float(i)}) for i in range(3)]
    assert [r.scores for r in store.records("overfit")] == [r.scores for r in written]
    assert [r.run[:4] for r in store.records("overfit")] == ["0001", "0002", "0003"]


def test_numbers_go_on_when_the_stage_moves_in_the_recipe(store: RunStore, leave: Leave) -> None:
    leave(order=5)
    leave(order=6)
    leave(order=4)
    records = store.records("overfit")
    assert [r.folder.split("/")[0] for r in records] == ["05-overfit", "06-overfit", "04-overfit"]
    assert [r.run[:4] for r in records] == ["0001", "0002", "0003"]
    latest = store.latest("overfit", "cnn")
    assert latest is not None and latest.order == 4


def test_a_stage_is_not_taken_for_another_that_ends_like_it(store: RunStore, leave: Leave) -> None:
    leave("fit", 1)
    leave("over-fit", 2)
    assert [r.stage for r in store.records("fit")] == ["fit"]


def test_latest_is_by_model(store: RunStore, leave: Leave) -> None:
    leave(model="cnn", scores={"val/accuracy": 0.1})
    leave(model="mlp", scores={"val/accuracy": 0.2})
    leave(model="cnn", scores={"val/accuracy": 0.3})
    leave("explore", 1, model=None)
    newest = {(r.stage, r.model): r.scores for r in store.latest_all()}
    assert list(newest) == [("explore", None), ("overfit", "cnn"), ("overfit", "mlp")]
    assert newest["overfit", "cnn"] == {"val/accuracy": 0.3}
    assert store.latest("overfit", None) is None
    assert [r.run[:4] for r in store.records(model="cnn")] == ["0001", "0003"]


def test_a_run_without_a_record_yet_does_not_hide_the_one_before(
    store: RunStore, leave: Leave
) -> None:
    leave(scores={"train/loss": 1.0})
    with store.open_run("overfit", 5, "cnn"):
        latest = store.latest("overfit", "cnn")
    assert latest is not None and latest.scores == {"train/loss": 1.0}


def test_a_project_that_is_not_there_is_empty(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "nowhere", "digits")
    assert store.records() == []
    assert store.latest_all() == []
    assert not (tmp_path / "nowhere").exists()


def test_projects_are_the_folders_with_runs(store: RunStore, leave: Leave) -> None:
    (store.root / "notes").mkdir()
    (store.root / "readme.txt").write_text("hello")
    assert find_projects(store.root) == []
    leave()
    assert find_projects(store.root) == ["digits"]


@pytest.mark.parametrize("name", ["", "..", "a/b", "a\\b", ".hidden", "a\nb", "x" * 300, "a:b"])
def test_a_name_that_no_folder_can_have_is_refused(store: RunStore, name: str) -> None:
    with pytest.raises(StoreError, match="cannot name a project"):
        RunStore(store.root, name)
    with pytest.raises(StoreError, match="cannot name a stage"):
        store.open_run(name, 1, None)


def test_files_stay_inside_the_run_folder(store: RunStore, tmp_path: Path) -> None:
    with store.open_run("overfit", 5, "cnn") as run:
        assert run.write_text("tables/a.csv", "x\n").read_text() == "x\n"
        (run.path / "door").symlink_to(tmp_path)
        for name in ("../x", "/etc/passwd", "a/../../x", "..\\x", "door/x"):
            with pytest.raises(StoreError, match="leads out"):
                run.write_text(name, "x")


def test_the_file_of_a_record_is_found_and_a_forged_path_refused(
    store: RunStore, leave: Leave
) -> None:
    leave(artifacts={"log": "log.txt"})
    record = store.records()[0]
    assert store.path_of(record, "log.txt") == store.folder / record.folder / "log.txt"
    with pytest.raises(StoreError, match="leads out"):
        store.path_of(record, "../../../secret")


# A store that cannot be written


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("I am a file")
    with pytest.raises(StoreError, match=r"runs is a file, not a folder.*--paths\.runs"):
        RunStore(tmp_path / "runs", "digits").prepare()
    with pytest.raises(StoreError):
        RunStore(tmp_path / "runs", "digits").open_run("explore", 1, None)
    assert (tmp_path / "runs").read_text() == "I am a file"


def test_a_link_to_nothing_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "runs").symlink_to("/nonexistent/place")
    with pytest.raises(StoreError) as caught:
        RunStore(tmp_path / "runs", "digits").prepare()
    said = f"{tmp_path / 'runs'} is a link to /nonexistent/place, which does not exist."
    assert said in caught.value.message and "is a file" not in caught.value.message
    assert (tmp_path / "runs").is_symlink()


def test_a_name_that_is_too_long_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"cannot name a project: it is too long.* 300 bytes"):
        RunStore(tmp_path, "n" * 300)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no /proc")
def test_a_place_that_takes_no_folders_is_one_clear_line() -> None:
    with pytest.raises(StoreError, match=r"^cannot write /proc/art/digits: .*$") as error:
        RunStore("/proc/art", "digits").prepare()
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "no permission"),
        (errno.EDQUOT, "quota"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_what_the_disk_says_is_said_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, words: str
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise OSError(code, os.strerror(code))

    store = RunStore(tmp_path, "digits")
    monkeypatch.setattr(files.os, "fsync", refuse)
    with pytest.raises(StoreError, match=words) as error:
        store.prepare()
    assert str(store.folder) in str(error.value)
    assert ".probe" not in str(error.value)
    assert list(store.folder.iterdir()) == []  # no litter
    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(StoreError, match=words):
        store.open_run("explore", 1, None)


def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(small)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("this machine mounts no tmpfs for us")
    try:
        store = RunStore(small, "digits")
        store.prepare()
        with store.open_run("overfit", 5, "cnn") as run:
            run.write(record_for(run, "overfit", 5, scores={"train/loss": 1.0}))
            (run.path / "big").write_bytes(b"x" * 8192)
            with pytest.raises(StoreError, match="disk is full"):
                run.write(record_for(run, "overfit", 5, settings={"long": "x" * 100_000}))
        latest = store.latest("overfit", "cnn")
        assert latest is not None and latest.scores == {"train/loss": 1.0}
    finally:
        subprocess.run(["umount", str(small)], check=True)


# Records that cannot be read


def spoil(store: RunStore, record: Record, content: bytes) -> Path:
    path = store.folder / f"{record.order:02d}-{record.stage}" / record.run / "record.json"
    path.write_bytes(content)
    return path


def test_a_spoiled_record_is_set_aside_and_the_one_before_counts(
    store: RunStore, leave: Leave
) -> None:
    leave(scores={"train/loss": 1.0})
    path = spoil(store, leave(), b'{"schema": 1, "proj')
    latest = store.latest("overfit", "cnn")
    assert latest is not None and latest.scores == {"train/loss": 1.0}
    assert not path.exists()
    assert path.with_name("record.json.unreadable").read_bytes() == b'{"schema": 1, "proj'
    assert len(store.set_aside) == 1 and latest.folder not in store.set_aside[0]
    # It is still told of by the next reader, who finds it renamed.
    later = RunStore(store.root, "digits")
    later.latest_all()
    assert len(later.set_aside) == 1
    leave()
    assert len(store.records("overfit")) == 2


def test_a_reader_that_may_not_write_only_counts(store: RunStore, leave: Leave) -> None:
    path = spoil(store, leave(), b"[]")
    reader = RunStore(store.root, "digits", read_only=True)
    before = sorted(store.folder.rglob("*"))
    assert reader.latest_all() == [] and reader.records() == []
    assert len(reader.set_aside) == 1
    assert path.read_bytes() == b"[]"
    assert sorted(store.folder.rglob("*")) == before


def test_a_record_of_a_later_art_is_left_for_it(store: RunStore, leave: Leave) -> None:
    record = leave()
    values = json.loads(encode(record)) | {"schema": 99}
    path = spoil(store, record, json.dumps(values).encode())
    assert store.records() == []
    assert "later version" in store.set_aside[0]
    assert path.exists()


# The index is a cache


@pytest.mark.parametrize(
    "spoiled",
    [None, b"", b'{"run": "0001-', b"\xff\xfe", b'{"run": 1, "model": {}}\n[]\n'],
    ids=str,
)
def test_a_torn_or_missing_index_heals(
    store: RunStore, leave: Leave, spoiled: bytes | None
) -> None:
    leave(model="cnn", scores={"a": 1.0})
    leave(model="mlp", scores={"a": 2.0})
    index = store.folder / "05-overfit" / "runs.jsonl"
    whole = index.read_bytes()
    if spoiled is None:
        index.unlink()
    else:
        index.write_bytes(spoiled)
    assert {r.model: r.scores["a"] for r in store.latest_all()} == {"cnn": 1.0, "mlp": 2.0}
    assert index.read_bytes() == whole


def test_an_index_that_lies_is_found_out(store: RunStore, leave: Leave) -> None:
    leave(model="cnn")
    leave(model="mlp")
    index = store.folder / "05-overfit" / "runs.jsonl"
    index.write_text(index.read_text().replace("mlp", "cnn"))
    assert [r.model for r in store.latest_all()] == ["cnn", "mlp"]


def test_a_deleted_run_is_gone(store: RunStore, leave: Leave) -> None:
    leave(scores={"a": 1.0})
    record = leave(scores={"a": 2.0})
    spoil(store, record, b"").unlink()
    latest = store.latest("overfit", "cnn")
    assert latest is not None and latest.scores == {"a": 1.0}


def test_a_thousand_runs_are_found_without_reading_them_all(
    store: RunStore, leave: Leave, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = leave()
    parent = store.folder / "05-overfit"
    with (parent / "runs.jsonl").open("a") as index:
        for number in range(2, 1001):
            run = f"{number:04d}-20261123-221000"
            (parent / run).mkdir()
            (parent / run / "record.json").write_bytes(encode(record))
            index.write(json.dumps({"run": run, "model": "cnn"}) + "\n")
    reads = 0
    read = reading.read_stored

    def counted(path: Path) -> bytes:
        nonlocal reads
        reads += path.name == "record.json"
        return read(path)

    monkeypatch.setattr(reading, "read_stored", counted)
    start = time.process_time()
    latest = store.latest("overfit", "cnn")
    spent = time.process_time() - start
    assert latest is not None and latest.folder.endswith("1000-20261123-221000")
    assert reads == 1
    assert spent < 0.25 or spent < 0.25 * slowness()
