"""One run that is killed again and again, started again each time, and at last left to end."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.robustness.killing import points
from benchmarks.robustness.killing.children import Ended, forked, left_over
from benchmarks.robustness.killing.outcome import differences, outcome, run_folders
from benchmarks.robustness.killing.projects import Project
from benchmarks.robustness.programs import Program

MOST = 6
"""Kills of one run."""

SAVES = (0.0, 0.0, 0.05)
"""What `save_every_seconds` is drawn from."""


@dataclass
class Reference:
    """A program that nobody interrupted.

    Attributes:
        program: what was trained.
        outcome: all that came of it.
        counts: how often each point was passed.
        batches: that it trained on.
        seconds: that it took, which is about twice what it takes unwatched.
    """

    program: Program
    outcome: dict[str, Any]
    counts: dict[str, int]
    batches: int
    seconds: float


@dataclass
class Tally:
    """What a campaign has seen.

    Attributes:
        kills: runs that SIGKILL ended.
        points: where, of those that died at a known point.
        timed: how many died at a random moment.
        chains: runs that were left to end at last.
        resumed: how often one went on from a state.
        again: batches that were trained once more.
        faults: a line for each thing that was not as it had to be.
        programs: kills by program.
    """

    kills: int = 0
    points: Counter[str] = field(default_factory=Counter)
    timed: int = 0
    chains: int = 0
    resumed: int = 0
    again: int = 0
    faults: list[str] = field(default_factory=list)
    programs: Counter[str] = field(default_factory=Counter)


def reference(program: Program, folder: Path) -> Reference:
    """Train a program without an interruption, and count the points that it passes.

    Raises:
        RuntimeError: it does not come to its end.
    """
    project = Project(program, folder / f"{program.name}-whole", 0.0)
    project.make()
    watcher = points.Points(project.point)

    def watch() -> int:
        watcher.start()
        code = project.train()
        watcher.finish()
        return code

    ended = forked(watch, project.output)
    if ended.code != 0:
        raise RuntimeError(f"{program.name} ended with {ended.code}: {_last(project)}")
    counts = points.read(project.point)
    return Reference(program, outcome(project.runs), counts, project.batches(), ended.seconds)


def chain(whole: Reference, folder: Path, seed: int, tally: Tally) -> None:
    """Kill one run up to six times, let it end, and compare it with the one nobody killed."""
    dice = random.Random(f"{whole.program.name} {seed}")
    project = Project(whole.program, folder, dice.choice(SAVES))
    project.make()
    label = f"{whole.program.name} {seed} (save_every_seconds {project.save_every})"
    said: list[str] = []
    sessions: set[int] = set()
    for _ in range(dice.randint(2, MOST)):
        ended, where = _one(whole, project, dice)
        sessions.add(ended.process)
        if not ended.killed:
            if ended.code != 0:
                tally.faults.append(f"{label}: exit code {ended.code}: {_last(project)}")
            break
        tally.kills += 1
        tally.programs[whole.program.name] += 1
        said.append(where or f"{ended.seconds:.2f} s")
        if where:
            tally.points[where] += 1
        else:
            tally.timed += 1
    tally.chains += 1
    last = forked(project.train, project.output)
    sessions.add(last.process)
    faults = _faults(whole, project, last, len(said), tally)
    orphans = left_over(sessions, patience=10.0)
    if orphans:
        faults.append(f"{len(orphans)} processes are left 10 s after: {orphans}")
    if faults:
        tally.faults += [f"{label}, killed at {said}: {fault}" for fault in faults]
    else:
        shutil.rmtree(folder)


def _one(whole: Reference, project: Project, dice: random.Random) -> tuple[Ended, str]:
    """Start a run that will be killed, at a moment or at a point; where it died, if known."""
    project.point.unlink(missing_ok=True)
    if dice.random() < 0.4:
        return forked(
            project.train, project.output, kill_after=dice.uniform(0.05, 0.6 * whole.seconds)
        ), ""
    point, times = points.drawn(whole.counts, dice)
    deadly = points.Points(project.point, point, times)

    def die() -> int:
        deadly.start()
        return project.train()

    ended = forked(die, project.output)
    where = project.point.read_text() if ended.killed and project.point.is_file() else ""
    return ended, where


def _faults(whole: Reference, project: Project, last: Ended, kills: int, tally: Tally) -> list[str]:
    """What is not as it had to be, after a run was left to end."""
    if last.code != 0:
        return [f"exit code {last.code}: {_last(project)}"]
    faults = differences(whole.outcome, outcome(project.runs))
    resumed = sum(
        (folder / "log.txt").read_text().count("goes on from epoch")
        for folder in run_folders(project.runs)
    )
    tally.resumed += resumed
    again = project.batches() - whole.batches
    tally.again += again
    if again < 0:
        faults.append(f"{project.batches()} batches were trained, {whole.batches} are in a run")
    most = kills * (whole.program.step if whole.program.exact else whole.batches)
    if project.save_every == 0 and again > most:
        faults.append(f"{again} batches were trained again after {kills} kills")
    return faults


def _last(project: Project) -> str:
    lines = project.output.read_text().strip().splitlines()
    return lines[-1] if lines else ""
