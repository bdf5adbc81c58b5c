"""Live training runs that are killed at random, as often as one likes, and must end the same.

Programs as people write them (`benchmarks/robustness/programs`) are trained with `art.train` in
forked children. A child is killed with SIGKILL, at a random moment or at a random pass of a random
point (the call or return of a function of ART, Lightning, torch or the program, or one of their
file operations); the next one goes on; up to six times; then the run is left to end. Its record,
metrics, figures, weights, optimizer and scheduler states, and the module's attributes are compared
bit by bit with a run that nobody killed.
"""

from __future__ import annotations

import json
import subprocess
import sys

from benchmarks.robustness.figure import Figure

FULL = 1000
SMALL = 100
POINTS = 50
"""Distinct points at which runs must have died; fewer where there are fewer kills."""


def measure(times: int) -> Figure:
    """Kill so many runs."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.robustness.killing", "--times", str(times)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        tally = json.loads(done.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        return Figure("the campaign did not end", False, [f"exit code {done.returncode}"])
    points, faults = len(tally["points"]), tally["faults"]
    text = (
        f"{tally['kills']} kills of {tally['chains']} runs of {tally['compared']} programs, "
        f"{points} distinct points and {tally['timed']} random moments, {tally['resumed']} went on "
        f"from a state, {tally['again']} batches trained again, {len(faults)} differences"
    )
    return Figure(
        text, not faults and tally["kills"] >= times and points >= min(POINTS, times // 2), faults
    )
