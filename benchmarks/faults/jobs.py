"""What is to be run: programs, seeds, styles of config; and one of them run, in a process."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from benchmarks.faults.configs import Route
from benchmarks.faults.program import Program

JobKind = Literal["fault", "plain", "hard"]
Tool = Literal["art", "torchtest2"]


@dataclass(frozen=True)
class Job:
    """One run of a tool on one program.

    Attributes:
        kind: a wrong program, or a plain or hard clean one.
        name: the case's or the program's.
        seed: of the project; the odd ones have a `[task]` in their config, the even ones none.
        tool: what looks for mistakes.
        route: how ART's config is come by.
    """

    kind: JobKind
    name: str
    seed: int = 0
    tool: Tool = "art"
    route: Route = "init"

    @property
    def by(self) -> str:
        """What looks, and for ART by which route: `art:init`."""
        return f"{self.tool}:{self.route}" if self.tool == "art" else self.tool

    @property
    def key(self) -> str:
        """What tells it from other jobs."""
        return f"{self.by}:{self.kind}:{self.name}:{self.seed}"


def fault_jobs(
    seeds: int,
    *,
    faults: Iterable[str] = (),
    hosts: Iterable[str] = (),
    families: Iterable[str] = (),
) -> list[Job]:
    """The wrong programs, all seeds of one together.

    Args:
        seeds: how many.
        faults: names of mistakes, whole or in part; all where empty.
        hosts: names of hosts; all where empty.
        families: names of families; all where empty.
    """
    from benchmarks.faults.faults import cases

    found = cases(faults=faults, hosts=hosts, families=families)
    return [Job("fault", case.name, seed) for case in found for seed in range(seeds)]


def clean_jobs(seeds: int) -> list[Job]:
    """The clean programs, the hosts among the plain ones."""
    return [
        Job(kind, name, seed)
        for kind, programs in clean_programs().items()
        for name in programs
        for seed in range(seeds)
    ]


def clean_programs() -> dict[JobKind, dict[str, Program]]:
    """The clean programs by kind and name; the hosts are plain ones."""
    from benchmarks.faults.clean import HARD, PLAIN
    from benchmarks.faults.hosts import HOSTS

    hosts = {f"host_{name}": host.program(f"host_{name}") for name, host in HOSTS.items()}
    return {"plain": {**hosts, **PLAIN}, "hard": dict(HARD)}


def subset() -> list[Job]:
    """A fixed part for CI: every fifth mistake, in one host each where it does harm, and every
    twelfth clean program."""
    from benchmarks.faults.faults import load_faults
    from benchmarks.faults.harm import verdicts

    harmless = {name for name, row in verdicts().items() if not row["harmful"]}
    wrong = []
    for number, fault in enumerate(load_faults().values()):
        names = [f"{fault.name}-{host}" for host in fault.hosts]
        names = [name for name in names if name not in harmless]
        if number % 5 == 0 and names:
            wrong.append(Job("fault", names[number % len(names)], number % 2))
    sound = [
        Job(kind, name, number % 2)
        for kind, programs in clean_programs().items()
        for number, name in enumerate(programs)
        if number % 12 == 0
    ]
    return wrong + sound


def run(job: Job) -> dict[str, Any]:
    """Run a job; plain values, with what went wrong in the benchmark itself under `broken`."""
    import torch

    torch.set_num_threads(1)
    began = time.process_time()
    row: dict[str, Any] = {**job.__dict__, "key": job.key}
    try:
        row |= _seen_by(job)
    except Exception as error:
        text = str(error).strip().splitlines()
        row["broken"] = f"{type(error).__name__}: {text[0] if text else ''}"
    row["seconds"] = round(time.process_time() - began, 2)
    return row


def _seen_by(job: Job) -> dict[str, Any]:
    if job.kind == "fault":
        from benchmarks.faults.faults import case_named

        case = case_named(job.name)
        program, fault = case.program, case.fault
        about = {"family": fault.family, "dose": fault.dose, "host": case.host.name}
        causes = fault.cause
    else:
        program, about, causes = clean_programs()[job.kind][job.name], {}, ()
    if job.tool == "torchtest2":
        from benchmarks.faults.peers import torchtest2

        return {**about, **torchtest2(program, seed=job.seed)}
    from benchmarks.faults.detect import detect

    task = job.seed % 2 == 1 and not program.sections
    finding = detect(program, seed=job.seed, task=task, route=job.route)
    return {
        **about,
        **finding.to_json(),
        "early": finding.early,
        "named": finding.names(causes),
        "name": job.name,
    }
