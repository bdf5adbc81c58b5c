"""Eight `art train` at once on one project, and one that reads its report all the while.

Six of them train models of their own; two more train what the first does, and must be refused in
one line that names the process and the host, or find it done. Afterwards every run that was said
to have passed is there, none is corrupt, and no number was given twice. Every tenth time the eight
are commands of their own, else children of a process that has torch imported.
"""

from __future__ import annotations

import json
import os
import platform
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from benchmarks.robustness.figure import Figure
from benchmarks.robustness.forking import Child, forked, import_torch, scratch
from benchmarks.robustness.small_recipe import CONFIG, art, write_recipe

FULL, SMALL = 10, 1
MODELS = ("m0", "m0", "m0", "m1", "m2", "m3", "m4", "m5")
SHARED = ("explore", "baseline")
STAGES = ("loss_at_init", "overfit_one_batch", "overfit", "evaluate")
REFUSED = re.compile(rf"being run already by process \d+ on {re.escape(platform.node())}")


def measure(times: int) -> Figure:
    """Start the eight so often, each time on a project of its own."""
    import_torch()
    found = _Found()
    stages = STAGES if times > SMALL else STAGES[:2]
    with scratch() as folder:
        for number in range(times):
            project = Path(folder) / str(number)
            _prepare(project)
            start = _command if number % 10 == 9 else _child
            _look(project, _ends(project, partial(start, stages), found), found, stages)
    text = (
        f"{times} times {len(MODELS)} processes on one project: {found.records} records, "
        f"{found.lost} lost, {found.corrupt} corrupt, {found.refused} refused by name, "
        f"{found.reads} reports read meanwhile, {found.failed_reads} failed"
    )
    if times >= SMALL and not found.refused:
        found.faults.append("no two processes ever met at one stage: nothing was tested")
    return Figure(text, not found.faults, found.faults)


class _Found:
    """What there was, over all times."""

    def __init__(self) -> None:
        self.records = self.lost = self.corrupt = self.refused = 0
        self.reads = self.failed_reads = 0
        self.faults: list[str] = []


def _prepare(project: Path) -> None:
    """A project whose shared stages have run, and a recipe for each model."""
    project.mkdir()
    for model in sorted(set(MODELS)):
        text = CONFIG.replace("[model]", f"[models.{model}]")
        write_recipe(project, text).rename(project / f"{model}.cfg")
    code, _, said = art(project, "train", "m0.cfg", *_named(SHARED))
    assert code == 0, said


def _named(stages: tuple[str, ...]) -> list[str]:
    return [word for stage in stages for word in ("--stage", stage)]


Start = Callable[[Path, str], Callable[[], tuple[int, str]]]
"""Takes the project and a model, starts training it; what comes back waits for its end."""


def _child(stages: tuple[str, ...], project: Path, model: str) -> Callable[[], tuple[int, str]]:
    def train(say: Callable[[str], None]) -> int:
        code, _, said = art(project, "train", f"{model}.cfg", *_named(stages))
        say(said.replace("\n", "\r"))
        return code

    child = forked(train)

    def wait() -> tuple[int, str]:
        code, said = child.wait()
        return code, "".join(said).replace("\r", "\n")

    return wait


def _command(stages: tuple[str, ...], project: Path, model: str) -> Callable[[], tuple[int, str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "art", "train", f"{model}.cfg", *_named(stages)],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )

    def wait() -> tuple[int, str]:
        said = process.communicate()[1]
        return process.returncode, said

    return wait


def _ends(project: Path, start: Start, found: _Found) -> list[tuple[str, int, str]]:
    """Model, exit code and words of each process; the report is read until the last has ended."""
    reader = forked(partial(_read, project))
    waits = [(model, start(project, model)) for model in MODELS]
    ends = [(model, *wait()) for model, wait in waits]
    _stop(reader, found)
    return ends


def _read(project: Path, say: Callable[[str], None]) -> None:
    """Read the report until told to stop."""
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(1))
    while not stopped:
        code, out, said = art(project, "report", "runs", "--json")
        whole = code == 0 and len(json.loads(out)["stages"]) >= len(SHARED)
        time.sleep(0.05)
        say("read" if whole and "unreadable" not in said else f"failed with {code}: {said!r}")


def _stop(reader: Child, found: _Found) -> None:
    os.kill(reader.pid, signal.SIGTERM)
    code, said = reader.wait()
    failed = [line for line in said if line != "read"]
    found.reads += len(said)
    found.failed_reads += len(failed)
    found.faults += failed
    if code != 0 or not said:
        found.faults.append(f"the reader ended with {code}")


def _look(
    project: Path, ends: list[tuple[str, int, str]], found: _Found, stages: tuple[str, ...]
) -> None:
    from art.store import RunStore

    store = RunStore(project / "runs", "small")
    records = store.records()
    found.records += len(records)
    found.corrupt += len(store.set_aside)
    found.faults += store.set_aside
    found.faults += _faults_of_ends(ends, found)
    passed = Counter((r.stage, r.model) for r in records if r.status == "passed")
    for stage, model in ((stage, model) for stage in stages for model in set(MODELS)):
        line = f"] {stage}: passed"
        said = sum(line in words for trained, _, words in ends if trained == model)
        if passed[stage, model] != said or not said:
            found.lost += abs(said - passed[stage, model])
            found.faults.append(f"{stage} of {model}: {said} said, {passed[stage, model]} there")
    runs = [(run.parent.name, run.name[:4]) for run in project.glob("runs/small/*/*-*-*")]
    if len(set(runs)) < len(runs):
        found.faults.append("a number was given twice")
    left = list(project.rglob(".*.tmp"))
    if left or any(record.status == "running" for record in records):
        found.faults.append(f"left behind: {left}")


def _faults_of_ends(ends: list[tuple[str, int, str]], found: _Found) -> Iterator[str]:
    for model, code, said in ends:
        refused = REFUSED.search(said)
        found.refused += refused is not None
        if "Traceback" in said:
            yield f"{model}: {said[-1500:]}"
        elif code != (2 if refused else 0) or (refused and model != "m0"):
            yield f"{model}: exit code {code}: {said[-300:]!r}"
    if not any(code == 0 for model, code, _ in ends if model == "m0"):
        yield "all who trained the same were refused"
