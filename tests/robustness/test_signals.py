"""SIGINT and SIGTERM to real `art train` processes: stop soon, lose nothing, leave nobody."""

from __future__ import annotations

import json
import os
import pty
import signal
import time
from pathlib import Path

import pytest

from benchmarks.robustness.killing.outcome import differences, outcome, run_folders
from tests.robustness.processes import crowding, ended, session_of, started, wait_for

RECIPE = """
[project]
name = "killed"
stages = ["overfit"]
[paths]
runs = "runs"
[system]
accelerator = "cpu"
save_every_seconds = {every}
[training]
max_epochs = 3
[data]
@data = "pausing.v1"
workers = {workers}
[model]
@models = "pausing.v1"
[callbacks.witness]
@callbacks = "kills.Witness.v1"
[visualizers.slow]
@visualizers = "pausing.v1"
[stages.overfit.checks.there]
@checks = "art.Exists.v1"
score = "val/accuracy"
"""
CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}
PLACES = ("step", "validation", "scoring", "drawing")


def prepared(folder: Path, workers: int = 0, every: float = 10.0) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "recipe.cfg").write_text(RECIPE.format(workers=workers, every=every))
    return folder


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """What comes of the program when nobody interrupts it, by workers."""
    found = {}

    def of(workers: int = 0):
        if workers not in found:
            folder = prepared(tmp_path_factory.mktemp("whole") / "project", workers)
            code, text, _ = ended(started(folder), 120)
            assert code == 0, text
            found[workers] = outcome(folder / "runs")
        return found[workers]

    return of


def interrupted(folder: Path, at: str, number: signal.Signals, group: bool = False) -> float:
    """Send a signal at a place; the seconds until the process has ended as it should."""
    process = started(folder, at=at)
    wait_for((folder / "sign").exists, 60, f"{at} is reached")
    os.killpg(process.pid, number) if group else process.send_signal(number)
    code, text, took = ended(process, 60)
    assert code == CODES[number], text
    assert "Traceback" not in text
    record = json.loads((run_folders(folder / "runs")[-1] / "record.json").read_text())
    assert record["status"] == "interrupted"
    wait_for(lambda: not list(session_of(process.pid)), 10, "no process is left")
    return took


def goes_on(folder: Path, expected) -> str:
    """The next `art train` ends as if nothing had been; what it printed."""
    code, text, _ = ended(started(folder), 120)
    assert code == 0, text
    assert len(run_folders(folder / "runs")) == 1
    assert differences(expected, outcome(folder / "runs")) == []
    return text


@pytest.mark.parametrize(
    ("number", "place"),
    [
        pytest.param(
            number,
            place,
            id=f"{number.name}-{place}",
            marks=[] if (number, place) in FAST else pytest.mark.slow,
        )
        for FAST in [{(signal.SIGINT, "step"), (signal.SIGTERM, "scoring")}]
        for number in CODES
        for place in PLACES
    ],
)
def test_a_signal_stops_within_seconds_and_the_next_run_goes_on(tmp_path, whole, number, place):
    folder = prepared(tmp_path / "project")
    assert interrupted(folder, place, number) < 5 * crowding()
    trained = len((folder / "batches.txt").read_text().splitlines())
    goes_on(folder, whole())
    in_all = len((folder / "batches.txt").read_text().splitlines())
    if place == "step":  # saved right there, whatever `save_every_seconds` says
        assert (trained, in_all) == (17, 36)


@pytest.mark.slow
def test_workers_end_with_the_run_that_a_terminal_interrupts(tmp_path, whole):
    """Ctrl-C reaches the whole process group, the workers too."""
    folder = prepared(tmp_path / "project", workers=2)
    outer, inner = pty.openpty()

    def own_terminal() -> None:
        import fcntl
        import termios

        fcntl.ioctl(inner, termios.TIOCSCTTY, 0)
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    process = started(
        folder, at="step", stdin=inner, stdout=inner, stderr=inner, text=False,
        preexec_fn=own_terminal,
    )  # fmt: skip
    os.close(inner)
    wait_for((folder / "sign").exists, 60, "the step is reached")
    assert len(list(session_of(process.pid))) > 2  # the workers are there
    os.write(outer, b"\x03")
    begun, shown = time.monotonic(), b""
    while True:
        try:
            piece = os.read(outer, 65536)
        except OSError:
            break
        shown += piece
    assert process.wait(30) == 130, shown.decode()
    assert time.monotonic() - begun < 5 * crowding()
    assert b"Traceback" not in shown
    wait_for(lambda: not list(session_of(process.pid)), 10, "no process is left")
    goes_on(folder, whole(2))


@pytest.mark.slow
def test_no_worker_outlives_a_killed_run(tmp_path):
    folder = prepared(tmp_path / "project", workers=2)
    process = started(folder, at="step", seconds=30)
    wait_for((folder / "sign").exists, 60, "the step is reached")
    assert len(list(session_of(process.pid))) > 2
    process.kill()
    process.communicate()
    wait_for(lambda: not list(session_of(process.pid)), 10, "no process is left")


@pytest.mark.slow
@pytest.mark.parametrize("place", ["step", "step in C"])
@pytest.mark.parametrize("number", list(CODES))
def test_a_second_signal_stops_at_once(tmp_path, whole, place, number):
    folder = prepared(tmp_path / "project", every=0.0)
    process = started(folder, at=place, seconds=30)
    wait_for((folder / "sign").exists, 60, "the step is reached")
    process.send_signal(number)
    time.sleep(1.0)
    assert process.poll() is None  # it waits for the step
    process.send_signal(number)
    code, text, took = ended(process, 60)
    assert took < 1 * crowding(), text
    assert code == CODES[number], text
    goes_on(folder, whole())


@pytest.mark.slow
@pytest.mark.parametrize("number", list(CODES))
@pytest.mark.parametrize("after", [0.05, 0.3, 0.8, 1.4, 2.0])
def test_a_signal_while_it_starts(tmp_path, number, after):
    folder = prepared(tmp_path / "project")
    process = started(folder)
    time.sleep(after)
    process.send_signal(number)
    code, text, took = ended(process, 60)
    assert took < 5 * crowding()
    assert code == CODES[number], text
    assert "Traceback" not in text
