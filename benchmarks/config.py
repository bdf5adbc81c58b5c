"""How long it takes to check, fill and resolve a config: CPU milliseconds, in process.

The config has 120 settings in 15 sections, all written out. Checking finds that nothing is wrong
with it, filling adds the defaults of the stages and their checks, resolving looks up its
references and calls the function of every block. The median of 50 rounds, of CPU time, as one
line of JSON:

    python benchmarks/config.py
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from typing import Any

from art import api
from art.config import RecipeConfig, build, load_text
from art.registries import callbacks, data, loggers, metrics, models, optimizers, tasks

ROUNDS = 50
GOAL_MS = 10.0


def part(
    a: int = 1,
    b: float = 0.5,
    c: str = "c",
    d: bool = True,
    e: list[int] | None = None,
    f: tuple[float, float] = (0.9, 0.99),
    g: dict[str, Any] | None = None,
    h: int | None = None,
) -> dict[str, Any]:
    """A part as cheap as can be, so that reading the config is what is measured."""
    return locals()


BLOCKS = {
    "task": tasks, "data": data, "model": models, "optimizer": optimizers,
    "metrics.scores": metrics, "metrics.more": metrics, "loggers.one": loggers,
    "loggers.two": loggers, "callbacks.one": callbacks, "callbacks.two": callbacks,
}  # fmt: skip


def text() -> str:
    """The config: 120 settings in 15 sections."""
    lines = [
        "[project]", 'name = "benchmark"', "seed = 0", 'stages = ["explore", "overfit"]',
        "[paths]", 'data = "data"', 'runs = "runs"', 'more = "${paths.data}/more"',
        *(f'more_{number} = "${{paths.more}}/{number}"' for number in range(10)),
        "[system]", 'accelerator = "auto"', "devices = 1", 'precision = "32-true"',
        "num_workers = 0", "max_batch_size = null",
        "[training]", "max_epochs = 20", "max_steps = null", "accumulate_grad_batches = 1",
        "gradient_clip_val = null", "check_val_every_n_epoch = 1",
        "early_stopping_patience = null", "deterministic = true",
        "[stages.overfit]", '@stages = "art.Overfit.v1"', "max_epochs = ${training.max_epochs}",
    ]  # fmt: skip
    for section, registry in BLOCKS.items():
        lines += [
            f"[{section}]", f'@{registry.name} = "benchmark.Part.v1"', "a = ${project.seed}",
            "b = 0.25", 'c = "${project.name} of ${paths.runs}"', "d = false", "e = [1, 2, 3]",
            "f = [0.5, ${model.b}]" if section != "model" else "f = [0.5, 0.25]",
            'g = {"x": 1, "y": [true, null]}', "h = null",
        ]  # fmt: skip
    return "\n".join(lines)


def resolve(config: RecipeConfig) -> None:
    """Call the function of every block that the benchmark's config names."""
    for section in ("task", "data", "model", "optimizer"):
        build(config.block(section) or {})
    for section in ("metrics", "loggers", "callbacks"):
        for block in config.parts(section, "overfit").values():
            build(block)
    for stage in config.stages:
        build(stage.block)
        for check in stage.checks.values():
            build(check.block)


def main() -> int:
    """Measure and print; 1 where it takes longer than it may."""
    api.populate()
    for registry in dict.fromkeys(BLOCKS.values()):
        registry("benchmark.Part.v1", part)
    written = text()
    checked: list[float] = []
    built: list[float] = []
    for _ in range(ROUNDS):
        start = time.process_time()
        config = load_text(written, "benchmark.cfg", environ={})
        middle = time.process_time()
        resolve(config)
        checked.append(middle - start)
        built.append(time.process_time() - start)
    found = {
        "settings": sum(" = " in line for line in written.split("\n")),
        "sections": written.count("\n[") + 1,
        "rounds": ROUNDS,
        "check_and_fill_ms": round(statistics.median(checked) * 1000, 2),
        "with_resolving_ms": round(statistics.median(built) * 1000, 2),
        "slowest_ms": round(max(built) * 1000, 2),
        "goal_ms": GOAL_MS,
    }
    print(json.dumps(found))
    return int(found["with_resolving_ms"] > GOAL_MS)


if __name__ == "__main__":
    sys.exit(main())
