"""What each probe finds for a second of its work, from the results of the benchmark.

    python -m benchmarks.faults.yields bench-results.jsonl

Prints a row a probe, the best yield first: the wrong programs that it is certain of, its CPU
seconds in all runs, and the first divided by the second. Probes compete for the
time of their own stage only, so compare probes of one stage.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path


def yields(rows: list[dict[str, object]]) -> list[tuple[str, int, float, float]]:
    """(probe, wrong programs found, CPU seconds, found a second), the best first."""
    seconds: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for row in rows:
        probes = row.get("probes")
        for name, (spent, certain) in probes.items() if isinstance(probes, dict) else ():
            seconds[name] += spent
            found[name] += int(row["kind"] == "fault" and certain > 0)
    ranked = [(n, found[n], seconds[n], found[n] / max(seconds[n], 1e-3)) for n in seconds]
    return sorted(ranked, key=lambda row: (-row[3], row[0]))


def main() -> None:
    """Read a results file and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=Path)
    lines = parser.parse_args().results.read_text(encoding="utf-8").splitlines()
    print(f"{'probe':28} {'found':>6} {'CPU s':>9} {'a second':>9}")
    for name, found, seconds, rate in yields([json.loads(line) for line in lines]):
        print(f"{name:28} {found:6d} {seconds:9.1f} {rate:9.2f}")


if __name__ == "__main__":
    main()
