"""Runs the benchmark: every wrong program and every clean one through ART's default recipe.

    python -m benchmarks.faults [--hosts A,B] [--faults PART,...] [--family NAME,...] [--seeds 3]
                                [--clean | --no-clean] [--route init|bare|both] [--peers]
                                [--subset] [--harm] [--jobs 2] [--results FILE.jsonl] [--json FILE]

Results are appended to the results file as they come, so that a run that was stopped goes on where
it was. Wrong programs that `harm.json` says do no harm are left out of the table.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.faults.configs import ROUTES
from benchmarks.faults.harm import FILE, measured, verdicts
from benchmarks.faults.jobs import Job, clean_jobs, fault_jobs, run, subset
from benchmarks.faults.table import counted, misses, summary, text


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults")
    for name, what in (("hosts", "names"), ("faults", "parts of names"), ("family", "names")):
        parser.add_argument(f"--{name}", default=[], type=lambda t: t.split(","), help=what)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--clean", action=argparse.BooleanOptionalAction, default=None,
                        help="the clean programs alone, or not at all")  # fmt: skip
    parser.add_argument("--route", choices=[*ROUTES, "both"], default="init",
                        help="art init config, or the shortest config")  # fmt: skip
    parser.add_argument("--peers", action="store_true", help="torchtest2 as well")
    parser.add_argument("--subset", action="store_true", help="the fixed part that CI runs")
    parser.add_argument("--harm", action="store_true", help="measure harm, and write harm.json")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--results", type=Path, default=Path("bench-results.jsonl"))
    parser.add_argument("--json", type=Path, help="write table, misses and results there")
    return parser.parse_args(given)


def planned(options: argparse.Namespace) -> list[Job]:
    """The jobs that were asked for."""
    if options.subset:
        jobs = subset()
    else:
        narrow = options.faults or options.hosts or options.family
        jobs = [] if options.clean else fault_jobs(
            options.seeds, faults=options.faults, hosts=options.hosts, families=options.family
        )  # fmt: skip
        if options.clean or (options.clean is None and not narrow):
            jobs += clean_jobs(options.seeds)
    routes = ROUTES if options.route == "both" else (options.route,)
    found = [replace(job, route=route) for route in routes for job in jobs]
    if options.peers:
        found += [replace(job, tool="torchtest2") for job in jobs]
    return found


def results(jobs: Sequence[Job], file: Path, workers: int) -> Iterator[dict[str, Any]]:
    """Run what the file does not hold yet, in processes of one thread each; all rows."""
    kept = {row["key"]: row for row in map(json.loads, _lines(file))}
    wanted = [job for job in jobs if job.key not in kept]
    yield from (kept[job.key] for job in jobs if job.key in kept)
    if not wanted:
        return
    os.environ["OMP_NUM_THREADS"] = "1"
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        for done in as_completed([pool.submit(run, job) for job in wanted]):
            row = done.result()
            with file.open("a", encoding="utf-8") as out:
                out.write(json.dumps(row) + "\n")
            yield row


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def _say(number: int, total: int, row: dict[str, Any]) -> None:
    said = "broken" if "broken" in row else "crashed" if row.get("crashed") else (
        f"blocked by {row.get('stage', row['tool'])}" if row["blocked"] else "passed"
    )  # fmt: skip
    line = f"{number}/{total} {row['name']} seed {row['seed']}: {said}, {row['seconds']} CPU-s"
    if sys.stderr.isatty():
        print(f"\r\033[K{line[:100]}", end="", file=sys.stderr, flush=True)
    else:
        print(line, file=sys.stderr, flush=True)


def measure_harm(options: argparse.Namespace) -> None:
    """Measure every case that harm.json does not hold with as many seeds; write it."""
    from benchmarks.faults.faults import cases

    found = verdicts()
    wanted = [
        (case.name, options.seeds)
        for case in cases(faults=options.faults, hosts=options.hosts, families=options.family)
        if found.get(case.name, {}).get("seeds", 0) < options.seeds
    ]
    os.environ["OMP_NUM_THREADS"] = "1"
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(options.jobs, mp_context=context) as pool:
        for done in as_completed([pool.submit(measured, *case) for case in wanted]):
            row = done.result()
            found[row["case"]] = row
            verdict = "harm" if row["harmful"] else "no harm"
            print(f"{row['case']}: {row.get('error', verdict)}", file=sys.stderr, flush=True)
            rows = ",\n".join("    " + json.dumps(found[name]) for name in sorted(found))
            FILE.write_text(f'{{\n  "cases": [\n{rows}\n  ]\n}}\n', encoding="utf-8")


def main() -> None:
    """Run, print the table and the misses, write the JSON."""
    options = arguments()
    if options.harm:
        measure_harm(options)
        return
    jobs = planned(options)
    rows = []
    for number, row in enumerate(results(jobs, options.results, options.jobs), 1):
        rows.append(row)
        _say(number, len(jobs), row)
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    harm = verdicts()
    output: dict[str, Any] = {}
    for by in dict.fromkeys(job.by for job in jobs):
        kept = counted([row for row in rows if row["key"].startswith(f"{by}:")], harm)
        lines, missed = summary(kept), {} if by == "torchtest2" else misses(kept)
        print(f"\n{by}\n{text(lines)}")
        for name, entries in missed.items():
            print(f"\n{name} ({len(entries)}):", *sorted(entries), sep="\n  ")
        output[by] = {"table": [line.to_json() for line in lines], "misses": missed}
    broken = [f"{row['name']}: {row['broken']}" for row in rows if "broken" in row]
    if broken:
        print(f"\nbroken ({len(broken)}):", *broken, sep="\n  ")
    if options.json:
        options.json.write_text(json.dumps({**output, "rows": rows}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
