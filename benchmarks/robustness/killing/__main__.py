"""Kills so many runs, and prints what came of them as JSON.

    python -m benchmarks.robustness.killing --times 100 [--program NAME ...] [--seed N] [--keep]

It is a process of its own, so that children are forked from one that has a single thread.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.robustness.killing import preloaded  # noqa: F401 - before anything is forked
from benchmarks.robustness.killing.chain import Reference, Tally, chain, reference
from benchmarks.robustness.programs import BY_NAME, PROGRAMS

MEMORY = Path("/dev/shm")
"""A kill loses nothing that was written, synced or not, so that no disk need be waited for."""


def main() -> int:
    """Run the campaign."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.robustness.killing")
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--program", action="append", choices=list(BY_NAME))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    tally = Tally()
    root = Path(tempfile.mkdtemp(prefix="art-kills-", dir=MEMORY if MEMORY.is_dir() else None))
    wholes: list[Reference] = []
    for name in options.program or [program.name for program in PROGRAMS]:
        try:
            wholes.append(reference(BY_NAME[name], root))
        except (RuntimeError, TimeoutError) as error:
            tally.faults.append(str(error))
    seed = options.seed
    while wholes and tally.kills < options.times:
        whole = wholes[seed % len(wholes)]
        started, before, kills = time.monotonic(), len(tally.faults), tally.kills
        folder = root / f"{whole.program.name}-{seed}"
        try:
            chain(whole, folder, seed, tally)
        except (TimeoutError, IndexError) as error:
            tally.faults.append(f"{whole.program.name} {seed}: {error!r}")
        if options.verbose:
            found = tally.faults[before:]
            took = time.monotonic() - started
            line = f"{tally.kills} {whole.program.name} {seed} {tally.kills - kills} {took:.1f} s"
            print("\n  ".join([line, *found]), file=sys.stderr, flush=True)
        seed += 1
    if tally.faults:
        tally.faults.append(f"the runs are kept in {root}")
    else:
        shutil.rmtree(root)
    print(json.dumps({**vars(tally), "compared": len(wholes)}))
    return 1 if tally.faults else 0


if __name__ == "__main__":
    sys.exit(main())
