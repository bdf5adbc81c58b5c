"""What fails while a program trains ends in one message and in a record that can go on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import art
from art.running.events import Silent

PROGRAM = Path(__file__).with_name("failing_program.py")

CONFIG = """
[project]
name = "failing"
stages = ["overfit"]
[paths]
runs = "{runs}"
[data]
@data = "failing.v1"
failure = "{failure}"
[model]
@models = "failing.v1"
[training]
max_epochs = 3
{more}
"""


class Notes(Silent):
    def __init__(self):
        self.lines = []

    def note(self, text):
        self.lines.append(text)


@pytest.fixture
def train(tmp_path, monkeypatch):
    """Trains the failing program; gives the report, the record, the log and what was said."""
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))

    def run(failure: str = "", more: str = "", *overrides: str):
        config = tmp_path / "failing.cfg"
        config.write_text(CONFIG.format(runs=tmp_path / "runs", failure=failure, more=more))
        notes = Notes()
        alone = () if failure else ("--data.workers=0",)
        done = art.train(config, code=[PROGRAM], overrides=[*alone, *overrides], observer=notes)
        folder = sorted((tmp_path / "runs/failing/01-overfit").glob("0*"))[-1]
        record = json.loads((folder / "record.json").read_text())
        log = (folder / "log.txt").read_text()
        assert "\n" not in record["error"] and "Traceback" not in record["error"]
        return done, record, log, notes.lines

    return run


# A worker's end


@pytest.mark.parametrize(
    ("failure", "says"),
    [
        ("SIGKILL", "was killed by SIGKILL: most likely the system ended it since memory ran out"),
        ("SIGBUS", "was killed by SIGBUS: most likely the shared memory in /dev/shm is full"),
        ("segfault", "was killed by SIGSEGV: most likely a library in C crashed"),
        ("exit", "ended unexpectedly: something ended it from outside"),
    ],
)
def test_a_worker_that_dies_says_how_why_and_what_to_do(train, failure, says):
    done, record, log, _ = train(failure)
    assert done.exit_code == 3 and record["status"] == "crashed"
    assert record["error"].startswith("a worker of the DataLoader (process ")
    assert says in record["error"] and "num_workers = 0" in record["error"]
    assert "Traceback" in log


def test_an_exception_in_a_worker_says_what_and_where(train):
    done, record, log, _ = train("raise")
    assert done.exit_code == 3 and record["status"] == "crashed"
    assert record["error"].startswith(
        "worker 0 of the DataLoader failed: ValueError: row 12 holds no image"
    ) or record["error"].startswith("worker 1 of")
    assert f"({PROGRAM}:" in record["error"] and "in fail)" in record["error"]
    assert "Traceback" in log


# Memory


def test_memory_that_runs_out_says_which_batch_fits_and_that_one_trains(train):
    done, record, _, _ = train("", "", "--model.room=5", "--data.batch_size=32")
    assert done.exit_code == 3 and record["status"] == "crashed"
    assert record["error"].startswith("out of memory (RuntimeError: ")
    assert "with 32 samples at once; 4 fit" in record["error"]
    setting = "--system.max_batch_size=4"
    assert f"`{setting}`" in record["error"]
    done, record, _, _ = train("", "", "--model.room=5", "--data.batch_size=32", setting)
    assert done.exit_code in (0, 1) and record["status"] in ("passed", "failed")


def test_memory_that_runs_out_though_the_batch_fits_is_told_apart(train):
    _, record, _, _ = train("", "", "--model.leak=true")
    assert "out of memory (MemoryError), though training steps on 8 samples fit" in record["error"]


def test_a_wrapped_models_first_batch_is_no_misfit_where_memory_ran_out(small, tmp_path):
    config = small(stages='["overfit"]')
    model = '@models = "art.MLP.v1"\nhidden = [32]'
    config.write_text(config.read_text().replace(model, '@models = "roomy.v1"\nroom = 20'))
    done = art.train(config, code=[PROGRAM])
    record = json.loads(next((tmp_path / "runs").rglob("record.json")).read_text())
    assert done.exit_code == 3 and "with 64 samples at once; 16 fit" in record["error"]


# A tracker

TRACKED = """
[loggers.csv]
@loggers = "art.CSV.v1"
[loggers.tracker]
@loggers = "failing.v1"
fails = "{fails}"
[visualizers.curves]
@visualizers = "art.LearningCurves.v1"
"""


@pytest.mark.parametrize("call", ["log", "figure", "finish"])
def test_a_tracker_that_fails_is_dropped_and_the_run_goes_on(train, tmp_path, call):
    done, record, log, notes = train("", TRACKED.format(fails=call))
    assert done.exit_code in (0, 1) and record["status"] in ("passed", "failed")
    said = (
        f"[loggers.tracker] failed in {call} and is off for the rest of this run; "
        "training continues: "
        f"ConnectionError: no route to the tracker"
    )
    assert notes.count(said) == 1 and log.count(said) == 1 and "Traceback" in log
    calls = (tmp_path / "calls").read_text().split()
    assert calls.count(call) == (0 if call == "finish" else 1) and calls[0] == "start"
    rows = next((tmp_path / "runs").rglob("metrics.csv")).read_text().splitlines()
    assert len(rows) > 3 * 8


def test_a_tracker_that_cannot_start_stops_the_stage_before_it_trains(train, tmp_path):
    done, record, _, _ = train("", TRACKED.format(fails="start"))
    assert done.exit_code == 2 and record["status"] == "refused"
    assert record["error"].startswith(
        "[loggers.tracker] cannot start: ConnectionError: no route to the tracker. Nothing was"
    )
    assert len(next((tmp_path / "runs").rglob("metrics.csv")).read_text().splitlines()) == 1
