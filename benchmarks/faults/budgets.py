"""What is still found where the probes get a part of their time.

    python -m benchmarks.faults.budgets bench-results.jsonl [--every 10] [--seed 0]

Takes every tenth wrong program that was blocked according to the results, and runs it again with
`[system] probe_seconds` at a half, a quarter and an eighth of the time that the probes of its
slowest stage took. Prints a row for each share: how many programs are still blocked, how many with
the cause named first, and how many before the first full training. `probe_seconds` counts seconds
of the clock, so nothing else should run meanwhile.
"""

from __future__ import annotations

import argparse
import json
import os
from collections import defaultdict
from pathlib import Path
from typing import Any

from art.config.layering.overrides import VARIABLE
from art.registry.stages._probing import (
    DATA_PROBES,
    MODEL_PROBES,
    TRAINED_PROBES,
    TRAINING_PROBES,
)
from benchmarks.faults.harm import verdicts
from benchmarks.faults.jobs import Job, run
from benchmarks.faults.table import counted

SHARES = (1.0, 0.5, 0.25, 0.125)
STAGES = (DATA_PROBES, MODEL_PROBES, TRAINING_PROBES, TRAINED_PROBES)


def slowest_stage(row: dict[str, Any]) -> float:
    """CPU seconds of the probes of the stage whose probes took longest."""
    spent = row["probes"]
    return max(sum(spent[name][0] for name in names if name in spent) for names in STAGES)


def main() -> None:
    """Run the programs and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=Path)
    parser.add_argument("--every", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    lines = options.results.read_text(encoding="utf-8").splitlines()
    rows = counted([json.loads(line) for line in lines], verdicts())
    wrong = [r for r in rows if r["kind"] == "fault" and r["seed"] == options.seed]
    chosen = sorted((r for r in wrong if r["blocked"]), key=lambda r: r["key"])[:: options.every]
    found: dict[float, list[dict[str, Any]]] = defaultdict(list)
    for row in chosen:
        job = Job("fault", row["name"], row["seed"], route=row["route"])
        for share in SHARES:
            seconds = max(share * slowest_stage(row), 0.01)
            os.environ[VARIABLE] = f"--system.probe_seconds={seconds:.3f}" if share < 1 else ""
            found[share].append(run(job))
        said = [f"{share:g}: {found[share][-1]['blocked']}" for share in SHARES]
        print(row["name"], ", ".join(said), flush=True)
    print(f"\n{'time':>6} {'programs':>9} {'blocked':>8} {'named':>6} {'early':>6}")
    for share, again in found.items():
        counts = [sum(bool(row[what]) for row in again) for what in ("blocked", "named", "early")]
        print(f"{share:6g} {len(again):9d} {counts[0]:8d} {counts[1]:6d} {counts[2]:6d}")


if __name__ == "__main__":
    main()
