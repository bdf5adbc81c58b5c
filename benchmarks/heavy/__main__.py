"""What ART costs programs that are slow to set up or large, beside a fit in plain Lightning.

    python -m benchmarks.heavy [--programs slow,mlp,...] [--json FILE]

Each stage runs in a process of its own, so that its memory is its own; the program `slow` runs the
whole recipe in one process, and counts what is made. `plain` is one fit of 40 steps with
validation, in the same session. `large` has 400 million parameters and needs 12 GB.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.heavy.measuring import Cost, measure

PROGRAMS = Path(__file__).parent / "programs"
STAGES = ("explore", "baseline", "loss_at_init", "overfit_one_batch", "overfit", "regularize",
          "evaluate")  # fmt: skip


@dataclass(frozen=True)
class Program:
    """A program of the benchmark.

    Attributes:
        file: in `programs`; empty where the parts are ART's own.
        data, model: lines of the config's sections.
        stages: those that are run, each by itself; all in one process where empty.
        debug: whether `art debug model` is run too.
        more: further sections.
    """

    file: str
    data: str
    model: str
    stages: tuple[str, ...] = ()
    debug: bool = False
    more: str = ""


WRAPPED = """
[task]
@tasks = "art.{task}Classification.v1"

[optimizer]
@optimizers = "torch.Adam.v1"
lr = 0.001
"""
SHORT = ("loss_at_init", "overfit_one_batch")
ALL: dict[str, Program] = {
    "slow": Program("slow.py", '@data = "heavy.slow.v1"', '@models = "heavy.slow.v1"'),
    "mlp": Program(
        "weights.py", '@data = "heavy.rows.v1"', '@models = "heavy.mlp.v1"', STAGES, debug=True
    ),
    "transformer": Program(
        "weights.py", '@data = "heavy.ids.v1"', '@models = "heavy.transformer.v1"', SHORT
    ),
    "images": Program(
        "images.py",
        '@data = "heavy.images.v1"',
        '@models = "heavy.cnn.v1"',
        SHORT,
        more=WRAPPED.format(task="Image"),
    ),
    "table": Program(
        "",
        '@data = "art.CSV.v1"\nfile = "table.csv"\ntarget = "target"',
        '@models = "art.MLP.v1"\nhidden = [32]',
        ("explore", "loss_at_init"),
        more=WRAPPED.format(task="Tabular"),
    ),
    "large": Program(
        "weights.py",
        '@data = "heavy.rows.v1"',
        '@models = "heavy.mlp.v1"\nwidth = 10000\nlayers = 4',
        SHORT,
    ),
}
DEFAULT = tuple(name for name in ALL if name != "large")


def config_of(program: Program) -> str:
    """The program's config."""
    names = ", ".join(f'"{name}"' for name in program.stages or STAGES)
    return (
        f'[project]\nname = "heavy"\nstages = [{names}]\n\n'
        f"[data]\n{program.data}\n\n[model]\n{program.model}\n"
        f"{program.more}\n[training]\nmax_epochs = 2\n"
    )


def write_table(path: Path, rows: int = 300_000, columns: int = 20) -> None:
    """A CSV whose target depends on its columns."""
    import numpy as np

    draws = np.random.default_rng(0)
    values = draws.normal(size=(rows, columns))
    targets = (values[:, 0] + values[:, 1] * values[:, 2] > 0).astype(int)
    names = ",".join([*(f"x{number}" for number in range(columns)), "target"])
    table = np.column_stack([values, targets])
    formats = ["%.6g"] * columns + ["%d"]
    np.savetxt(path, table, delimiter=",", header=names, comments="", fmt=formats)


def run(name: str, folder: Path, seconds: float = 2.0) -> dict[str, Any]:
    """Measure one program.

    Args:
        name: in `ALL`.
        folder: an empty one.
        seconds: that a `setup` of the slow program takes.
    """
    program = ALL[name]
    (folder / "case.cfg").write_text(config_of(program))
    counts = folder / "counts.txt"
    more = {"HEAVY_COUNTS": str(counts), "HEAVY_SECONDS": str(seconds)}
    code = ["--code", str(PROGRAMS / program.file)] if program.file else []
    if name == "table":
        write_table(folder / "table.csv")
    found: dict[str, Any] = {"program": name}
    train = ["train", "case.cfg", *code]
    if not program.stages:
        found["recipe"] = asdict(measure("art", train, folder, more))
        if found["recipe"]["code"]:
            raise SystemExit((folder / "out.txt").read_text())
        found["counts"] = dict(Counter(counts.read_text().split()))
    for stage in program.stages:
        cost = measure("art", [*train, "--stage", stage], folder, more)
        if cost.code:
            raise SystemExit(f"{name}, {stage}:\n{(folder / 'out.txt').read_text()}")
        found[stage] = asdict(cost)
    if program.debug:
        found["debug model"] = asdict(measure("art", ["debug", "model", *train[1:]], folder, more))
    if program.file and program.stages:
        plain = plain_cost(program, folder)
        found["plain"] = asdict(plain)
        for each in [*program.stages, *(["debug model"] if program.debug else [])]:
            found[each]["memory_ratio"] = found[each]["gigabytes"] / plain.gigabytes
    return found


def plain_cost(program: Program, folder: Path) -> Cost:
    """A fit of the program's parts by their own defaults, in plain Lightning."""
    names = [line.split('"')[1] for line in (program.data, program.model)]
    return measure("benchmarks.heavy.plain", [str(PROGRAMS / program.file), *names], folder)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.heavy")
    parser.add_argument("--programs", default=",".join(DEFAULT))
    parser.add_argument("--seconds", type=float, default=2.0, help="of a slow set-up")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    everything = []
    for name in options.programs.split(","):
        with tempfile.TemporaryDirectory(prefix="heavy-") as folder:
            found = run(name, Path(folder), options.seconds)
        everything.append(found)
        print(json.dumps(found), flush=True)
    if options.json:
        options.json.write_text(json.dumps(everything, indent=2) + "\n")


if __name__ == "__main__":
    main()
