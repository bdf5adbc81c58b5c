"""Makes every call that changes a file of the runs folder fail once, one after the other.

The calls of a stage are counted in a clean run of it (open for writing, write, fsync, rename,
mkdir, chmod, ftruncate, unlink). Then the stage runs as often as there were calls, each time with
another one failing, with ENOSPC and with EIO. It is SQLite's method, one level lower: a small C
file is preloaded, so that what Python, torch and matplotlib write counts as well.

After each failure: the older records are what they were and `art report` reads them; what was said
of it is one line, without a traceback, and the exit code is 2 or 3, or 0 where it did not matter;
and `art train` without failures ends well. The first stage also runs in a project that is new.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from benchmarks.robustness.figure import Figure
from benchmarks.robustness.forking import Child, forked, import_torch, scratch
from benchmarks.robustness.small_recipe import art, write_recipe

FULL, SMALL = 1_000_000, 12
"""At most so many failures; there are far fewer calls."""
SOURCE = Path(__file__).with_name("faulty_disk.c")
ERRORS = (errno.ENOSPC, errno.EIO)
CAUSES = {
    errno.ENOSPC: ("the disk is full", "No space left"),
    errno.EIO: ("Input/output error", "the disk does not"),
}
"""What a line that says why begins, or holds."""
ENDS = ("harmless", "told", "never made")
NEW = "explore in a new project"
Trial = tuple[str, int, int]
"""A stage, the call that fails, and its error."""
STAGES = ("explore", "baseline", "loss_at_init", "overfit_one_batch", "overfit", "evaluate")


def measure(times: int) -> Figure:
    """Make so many calls fail, spread evenly over all of them.

    The work is done in a process of its own, which has the C file preloaded.
    """
    with scratch() as folder:
        shim = Path(folder) / "faulty_disk.so"
        subprocess.run(
            ["gcc", "-shared", "-fPIC", "-O1", "-o", str(shim), str(SOURCE), "-ldl"], check=True
        )
        done = subprocess.run(
            [sys.executable, "-m", __spec__.name, folder, str(times)],
            env={**os.environ, "LD_PRELOAD": str(shim), "OMP_NUM_THREADS": "1"},
            cwd=Path(__file__).parents[2],
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        )
    (found,) = [line for line in done.stdout.splitlines() if line.startswith("{")]
    return Figure(**json.loads(found))


class _Disk:
    """The preloaded C file."""

    def __init__(self) -> None:
        self._calls = ctypes.CDLL(os.environ["LD_PRELOAD"])
        self._calls.art_failed.restype = ctypes.c_char_p

    def arm(self, folder: Path, number: int, error: int) -> None:
        self._calls.art_arm(os.fsencode(folder), number, error)

    @property
    def calls(self) -> int:
        return int(self._calls.art_calls())

    @property
    def failed(self) -> str:
        return os.fsdecode(self._calls.art_failed())


def _measure(folder: Path, times: int) -> Figure:
    import_torch()
    base = folder / "base"
    base.mkdir()
    write_recipe(base)
    assert art(base, "train", "small.cfg")[0] == 0  # here, so that children find all imported
    trials = list(_trials(base))
    times = min(times, len(trials))
    chosen = [trials[i * len(trials) // times] for i in range(times)]
    faults: list[str] = []
    harmless = told = never = 0
    for (stage, number, error), code, said in _answers(base, chosen):
        harmless += "harmless" in said
        told += "told" in said
        never += "never made" in said
        faults += [f"{stage}, {line}" for line in said if line not in ENDS]
        print(stage, number, errno.errorcode[error], *said, file=sys.stderr, flush=True)
        if code != 0 or not said:
            faults.append(f"{stage}, call {number}: the process ended with {code}")
    text = (
        f"{len(chosen):,} failures of {len(trials) // len(ERRORS):,} calls of {len(STAGES)} stages "
        f"with ENOSPC and EIO: {told} told in one line, {harmless} without effect, "
        f"{never} never made, {len(faults)} faults"
    )
    if never > len(chosen) // 10:
        faults.append(f"{never} calls that were counted were never made")
    return Figure(text, not faults, faults)


def _answers(base: Path, trials: list[Trial]) -> Iterator[tuple[Trial, int, list[str]]]:
    """Each trial, in a process of its own: its exit code, and what it said."""
    at_once = os.cpu_count() or 1
    for first in range(0, len(trials), at_once):
        started: list[tuple[Trial, Path, Child]] = []
        for trial in trials[first : first + at_once]:
            copy = _copy(base, trial[0], base.with_name(f"trial {len(started)}"))
            started.append((trial, copy, forked(partial(_fail, copy, *trial))))
        for trial, copy, child in started:
            yield trial, *child.wait()
            shutil.rmtree(copy)


def _copy(base: Path, stage: str, target: Path) -> Path:
    """The project with its records, or without any for the first stage of a new one."""
    shutil.copytree(base, target)
    if stage == NEW:
        shutil.rmtree(target / "runs")
    return target


def _trials(base: Path) -> Iterator[Trial]:
    """Every call of every stage, with each error."""
    for stage in (NEW, *STAGES):
        copy = _copy(base, stage, base.with_name("count"))
        calls = int(forked(partial(_count, copy, stage)).wait()[1][-1])
        shutil.rmtree(copy)
        yield from ((stage, number + 1, error) for number in range(calls) for error in ERRORS)


def _command(stage: str) -> list[str]:
    return ["train", "small.cfg", "--stage", STAGES[0] if stage == NEW else stage, "--force"]


def _count(copy: Path, stage: str, say: Callable[[str], None]) -> None:
    disk = _Disk()
    disk.arm(copy / "runs", 0, 0)
    assert art(copy, *_command(stage))[0] == 0
    say(str(disk.calls))


def _fail(trial: Path, stage: str, number: int, error: int, say: Callable[[str], None]) -> None:
    """Run a stage with that call failing, then look at what is left and go on."""
    old = {path: path.read_bytes() for path in trial.glob("runs/*/*/*/record.json")}
    disk = _Disk()
    disk.arm(trial / "runs", number, error)
    code, _, told = art(trial, *_command(stage))
    failed = disk.failed
    disk.arm(Path("/nowhere/at/all"), 0, 0)
    name = f"call {number} ({failed}, {errno.errorcode[error]})"
    faults = [*_faults_of_failing(code, told, failed, error), *_faults_afterwards(trial, old)]
    for fault in faults:
        say(f"{name}: {fault}")
    # How often the best weights are written depends on time: the last calls may not come.
    say("never made" if not failed else "told" if code else "harmless")


def _faults_of_failing(code: int, told: str, failed: str, error: int) -> Iterator[str]:
    if code not in (0, 2, 3):
        yield f"exit code {code}"
    if "Traceback" in told:
        yield f"a traceback: {told[-1500:]!r}"
    causes = [line for line in told.splitlines() if any(word in line for word in CAUSES[error])]
    if len(causes) != 1 and (code or causes):
        yield f"said in {len(causes)} lines: {told[-600:]!r}"


def _faults_afterwards(trial: Path, old: dict[Path, bytes]) -> Iterator[str]:
    changed = [path for path, content in old.items() if path.read_bytes() != content]
    if changed:
        yield f"old records changed: {changed}"
    report, out, said = art(trial, "report", "runs", "--json")
    stages = json.loads(out)["stages"] if report == 0 else []
    if old and len(stages) != len(STAGES):
        yield f"art report: exit code {report}, {len(stages)} stages, {said[-300:]!r}"
    again, _, said = art(trial, "train", "small.cfg")
    if again != 0:
        yield f"art train afterwards: exit code {again}, {said[-600:]!r}"
    _, out, _ = art(trial, "report", "runs", "--json")
    states = [stage["status"] for stage in json.loads(out)["stages"]]
    if states != ["passed"] * len(STAGES):
        yield f"afterwards: {states}"
    left = [path for path in trial.rglob(".*.tmp") if path.parents[2].name == "small"]
    if left:
        yield f"temporary files are left: {left}"


if __name__ == "__main__":
    figure = _measure(Path(sys.argv[1]), int(sys.argv[2]))
    print(json.dumps({"text": figure.text, "holds": figure.holds, "faults": figure.faults}))
