"""Takes one measurement of robustness, or all, and prints a figure for each.

    python -m benchmarks.robustness kills [--small | --times N]

A module of this folder bears the measurement's name. It has `measure(times)`, which gives a
`Figure`, and `FULL` and `SMALL`, how often it is done here and in CI. The exit code is 1 where a
target was missed.
"""

from __future__ import annotations

import argparse
import importlib
import os
import time
from collections.abc import Sequence

ROWS = (
    "kills",
    "saves",
    "writers",
    "flips",
    "failing_writes",
    "hostile",
    "canaries",
    "processes",
    "cost",
)


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.robustness")
    parser.add_argument("rows", nargs="*", choices=ROWS, default=list(ROWS), metavar="ROW")
    parser.add_argument("--small", action="store_true", help="as often as CI does it")
    parser.add_argument("--times", type=int, help="how often")
    return parser.parse_args(given)


def main() -> int:
    """Measure, print a line for each row and its faults; 1 where a target was missed."""
    options = arguments()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    missed = 0
    for row in options.rows:
        module = importlib.import_module(f"benchmarks.robustness.{row}")
        times = options.times or (module.SMALL if options.small else module.FULL)
        started = time.monotonic()
        figure = module.measure(times)
        word = "holds" if figure.holds else "MISSED"
        print(f"{row}: {figure.text} ({word}, {time.monotonic() - started:.0f} s)", flush=True)
        for fault in figure.faults[:50]:
            print(f"  {fault}")
        missed += not figure.holds
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
