"""A tracker that does not answer, a run that was killed, a disk that fails while a stage runs."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from art.cli.app import run
from art.store import RunStore

CODE = """
import os, socket
import art

@art.loggers("test_tracker.v1")
class Tracker(art.Logger):
    def _send(self, what):
        if os.environ["FAILS_IN"] == what:
            with socket.create_connection(("127.0.0.1", 9), timeout=5):  # nothing listens there
                pass
    def probe(self):
        self._send("probe")
    def start(self, run):
        self._send("start")
    def log(self, rows):
        with open(os.environ["TRACKED"], "a") as file:
            file.write("log\\n")
        self._send("log")
    def figure(self, name, path):
        self._send("figure")
    def finish(self, record):
        self._send("finish")

@art.stages("test_wrecker.v1")
class Wrecker(art.Stage):
    def run(self, context):
        for step in range(3):
            context.log({"train/loss": 1.0}, step)
        os.system(os.environ.get("WRECK", "true"))
        (context.folder / "own.bin").write_bytes(bytes(1 << 14))
        return art.Outcome(scores={"train/loss": 1.0}, artifacts={})
"""
TRACKER = '[loggers.tracker]\n@loggers = "test_tracker.v1"\n'


@pytest.fixture(scope="module")
def parts(tmp_path_factory) -> Path:
    """One file for all, since a part is registered once a process."""
    path = tmp_path_factory.mktemp("code") / "parts.py"
    path.write_text(CODE)
    return path


@pytest.fixture
def train(tmp_path: Path, parts: Path, counting, monkeypatch, capfd):
    """Runs a stage with a tracker; gives the exit code, what was said, and its record."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "table.csv").write_text("x,y\n1,a\n2,b\n3,a\n4,b\n")
    monkeypatch.setenv("TRACKED", str(tmp_path / "tracked"))

    def go(fails_in: str = "", runs: str = "runs", wreck: str = "true", more: str = ""):
        monkeypatch.setenv("FAILS_IN", fails_in)
        monkeypatch.setenv("WRECK", wreck)
        Path("c.cfg").write_text(counting("test_wrecker.v1") + more)
        code = run(["train", "c.cfg", "--code", str(parts), f"--paths.runs={runs}"])
        said = "".join(capfd.readouterr())
        assert "Traceback" not in said
        return code, said

    return go


def _record(runs: str = "runs"):
    found = RunStore(runs, "counting").latest_all()
    return found[0] if found else None


def test_a_tracker_that_does_not_answer_is_said_before_any_stage(train):
    code, said = train("probe", more=TRACKER)
    assert code == 2
    assert "[loggers.tracker] cannot start: ConnectionRefusedError" in said
    assert "switch it off" in said
    assert _record() is None


def test_a_run_that_was_killed_is_named_by_the_next_one(train, parts, art_command):
    train()
    arguments = ("train", "c.cfg", "--code", parts, "--force")
    done = art_command(*arguments, WRECK="kill -9 $PPID", FAILS_IN="", TRACKED="tracked")
    assert done.returncode == -9
    code, said = train()
    assert code == 0
    assert "the last run of 'count' ended without a word" in said
    assert "memory" in said


# A disk


@contextlib.contextmanager
def _small_disk(place: Path, size: str) -> Iterator[Path]:
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("a file system cannot be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_disk_that_fills_up_is_one_message_and_can_go_on(train, tmp_path):
    with _small_disk(tmp_path / "disk", "24m") as disk:
        fill = f"cat /dev/zero > {disk}/filler 2>/dev/null"
        code, said = train(runs=f"{disk}/runs", wreck=fill)
        assert code in (2, 3)
        assert "the disk is full" in said
        (disk / "filler").unlink()
        assert _record(f"{disk}/runs").status in ("refused", "crashed", "interrupted")
        code, said = train(runs=f"{disk}/runs")
        assert code == 0
        assert _record(f"{disk}/runs").status == "passed"


def test_a_disk_that_becomes_read_only_is_one_message_and_can_go_on(train, tmp_path):
    with _small_disk(tmp_path / "disk", "24m") as disk:
        protect = f"mount --bind {disk} {disk} && mount -o remount,bind,ro {disk}"
        code, said = train(runs=f"{disk}/runs", wreck=protect)
        assert code in (2, 3)
        assert "read-only" in said
        code, said = train(runs=f"{disk}/runs")
        assert code == 2
        assert "read-only. Choose another folder" in said
        subprocess.run(["umount", str(disk)], check=True)
        assert _record(f"{disk}/runs").status in ("refused", "crashed", "interrupted")
        assert train(runs=f"{disk}/runs")[0] == 0


def test_a_folder_that_is_deleted_while_it_is_run_in_is_one_message(train, tmp_path):
    code, said = train(wreck=f"rm -rf {tmp_path}/runs")
    assert code in (2, 3)
    assert "No such file or directory" in said or "does not exist" in said
    assert train()[0] == 0
    assert _record().status == "passed"
