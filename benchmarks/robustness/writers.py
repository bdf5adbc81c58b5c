"""Kills writers of one project's store: what a writer was told is written must be there after it.

Four processes write at once: a run folder opened, its record, rows of metrics.csv, the record of
its end. Each says what is written as soon as the call has returned. One after the other is killed
with SIGKILL at a random moment and another takes its place. Now and then all are killed and what
they had said is looked for; then the project is written anew, since none has ten thousand runs.
"""

from __future__ import annotations

import csv
import random
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.robustness.figure import Figure
from benchmarks.robustness.forking import Child, forked, scratch

FULL, SMALL = 10_000, 200
WRITERS = 4
KILLS_A_PROJECT = 200
LONGEST = 0.06
"""Seconds between two kills, at most: a writer lives for four of them."""
ROWS = 5


def measure(times: int) -> Figure:
    """Kill a writer so often."""
    import filelock  # noqa: F401 - what the children import is there before they are made

    import art.registry.loggers.csv_file
    import art.store  # noqa: F401

    found = _Found()
    draw = random.Random(0)
    killed = 0
    while killed < times:
        with scratch() as folder:
            now = min(KILLS_A_PROJECT, times - killed)
            killed += now
            _look(Path(folder), _said_until_killed(Path(folder), now, draw), found)
    text = (
        f"{found.lost} of {found.records:,} acknowledged records and {found.lost_rows} of "
        f"{found.rows:,} rows lost, {found.corrupt} files corrupt, {found.twice} numbers twice "
        f"after {killed:,} kills of {WRITERS} concurrent writers"
    )
    return Figure(text, not found.faults, found.faults)


@dataclass
class _Found:
    records: int = 0
    rows: int = 0
    lost: int = 0
    lost_rows: int = 0
    corrupt: int = 0
    twice: int = 0
    faults: list[str] = field(default_factory=list)


def _said_until_killed(root: Path, times: int, draw: random.Random) -> list[list[str]]:
    """Kill so many writers at random moments; what each had said by then."""
    said = []
    living = [_writer(root, number) for number in range(WRITERS)]
    for _ in range(times):
        time.sleep(draw.uniform(0, LONGEST))
        number = draw.randrange(WRITERS)
        said.append(living[number].kill())
        living[number] = _writer(root, number)
    return said + [writer.kill() for writer in living]


def _writer(root: Path, number: int) -> Child:
    return forked(lambda say: _write(root, f"m{number}", say))


def _write(root: Path, model: str, say: Callable[[str], None]) -> None:
    """Write runs until killed; say what is written."""
    from art.core.logger import RunInfo
    from art.core.record import Record
    from art.registry.loggers.csv_file import CSV
    from art.store import RunStore

    store = RunStore(root, "p")
    store.prepare()
    store.mark_interrupted()
    while True:
        with store.open_run("work", 1, model) as run:
            say(f"opened {run.folder}")
            record = Record("p", "work", 1, run.run, model, "running", "2026-11-27T00:00:00Z")
            run.write(record)
            say(f"running {run.folder}")
            logger = CSV()
            logger.start(RunInfo("p", "work", run.run, model, run.path, {}))
            for step in range(ROWS):
                logger.log([(step, 0.0, "train/loss", step / 3), (step, 0.0, "a", 1.0)])
                say(f"row {run.folder} {2 * step + 2}")
            logger.finish(record)
            record.status, record.scores = "passed", {"train/loss": 0.5}
            run.write(record)
            say(f"passed {run.folder}")


def _look(root: Path, said: list[list[str]], found: _Found) -> None:
    """Compare what is there with what was said."""
    from art.store import RunStore

    store = RunStore(root, "p")
    store.mark_interrupted()
    there = {record.folder: record for record in store.records()}
    found.corrupt += len(store.set_aside)
    found.faults += store.set_aside
    expected: dict[str, str] = {}
    rows: dict[str, int] = {}
    opened: list[str] = []
    for line in (line for lines in said for line in lines):
        what, folder, *count = line.split()
        if what == "opened":
            opened.append(folder)
        elif what == "row":
            rows[folder] = int(count[0])
        else:
            expected[folder] = "passed" if what == "passed" else "interrupted"
    found.records += len(expected)
    for folder, status in expected.items():
        record = there.get(folder)
        if record is None or (status == "passed" and record.status != "passed"):
            found.lost += 1
            found.faults.append(f"{folder}: said to be {status}, is {record and record.status}")
        elif record.status not in ("passed", "interrupted"):
            found.faults.append(f"{folder}: {record.status}, though its process is dead")
    for folder, count in rows.items():
        _look_at_rows(root / "p" / folder / "metrics.csv", count, found)
    numbers = [folder.name[:4] for folder in (root / "p" / "01-work").iterdir() if folder.is_dir()]
    found.twice += len(numbers) - len(set(numbers))
    if len(set(numbers)) < len(numbers) or len(set(opened)) < len(opened):
        found.faults.append("a number was given twice")
    _look_for_rubbish(root, found)


def _look_at_rows(path: Path, count: int, found: _Found) -> None:
    found.rows += count
    with path.open(newline="") as file:
        whole = [row for row in csv.reader(file) if len(row) == 4][1:]
    pairs = [[["train/loss", repr(step / 3)], ["a", "1.0"]] for step in range(ROWS)]
    expected = [row for pair in pairs for row in pair][:count]
    if [row[2:] for row in whole[:count]] != expected:
        found.lost_rows += max(count - len(whole), 1)
        found.faults.append(f"{path}: {count} rows were said to be written, {len(whole)} are")


def _look_for_rubbish(root: Path, found: _Found) -> None:
    """What the dead left half written is cleared away by the next `art train`."""
    left = [path for path in root.rglob(".*.tmp") if path.parent.parent.parent.name == "p"]
    if left:
        found.faults.append(f"{len(left)} temporary files were left, such as {left[0]}")
    shutil.rmtree(root / "p")
