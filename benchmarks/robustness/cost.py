"""What exact resuming costs in a step: CPU time of the same loop with it and without it.

Two programs, ART's MLP on digits and a user's own module on a loader of their own, are trained with
it and without it in turn, in one process. Other programs on the machine only ever add to the time
of an epoch, so the lowest tenth of all epochs is compared with the lowest tenth. To it is added
what saving takes of the time between two states at the default of `save_every_seconds`.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.robustness.figure import Figure

FULL, SMALL = 40, 6
TARGET, NOISE = 1.02, 0.5
"""The most that a step may cost; and what a few pairs on a busy machine may be wrong by."""

COMMON = """
[project]
name = "cost"
stages = ["timed"]
[paths]
runs = "runs"
[system]
accelerator = "cpu"
[stages.timed]
@stages = "timed.v1"
"""

PROGRAMS = {
    "mlp on digits": """
[task]
@tasks = "art.ImageClassification.v1"
[data]
@data = "art.Digits.v1"
[model]
@models = "art.MLP.v1"
[optimizer]
@optimizers = "torch.AdamW.v1"
[training]
max_epochs = 16
""",
    "own module and loader": """
[data]
@data = "timed.v1"
[model]
@models = "timed.v1"
[training]
max_epochs = 12
""",
}


def measure(times: int) -> Figure:
    """Train so many pairs of each program."""
    words, faults = [], []
    saved = _share_of_saving()
    for name, sections in PROGRAMS.items():
        try:
            pairs = _pairs(sections, times)
        except RuntimeError as error:
            return Figure(f"{name} did not end", False, [str(error)])
        ratio = _tenth(pairs, "with") / _tenth(pairs, "without") * (1 + saved)
        words.append(f"{name} {ratio:.3f}")
        if ratio > TARGET + (NOISE if times < FULL else 0):
            faults.append(f"{name}: {ratio:.3f} times the CPU time, {TARGET} at most")
    text = (
        f"CPU time of a step over the same without: {', '.join(words)}; {times} pairs of runs, "
        f"saving every 10 s included ({100 * saved:.2f}%)"
    )
    return Figure(text, not faults, faults)


def _tenth(pairs: list[dict[str, list[float]]], kind: str) -> float:
    return statistics.quantiles([epoch for pair in pairs for epoch in pair[kind]], n=10)[0]


def _pairs(sections: str, times: int) -> list[dict[str, list[float]]]:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "recipe.cfg").write_text(COMMON + sections)
        code = Path(__file__).parent / "programs" / "timed.py"
        root = Path(__file__).parents[2]
        result = place / "pairs.json"
        done = subprocess.run(
            [sys.executable, "-m", "art", "train", "recipe.cfg", "--code", str(code)],
            cwd=place,
            env={
                **os.environ,
                "PYTHONPATH": str(root),
                "OMP_NUM_THREADS": "1",
                "COST_TIMES": str(times),
                "COST_FILE": str(result),
            },
            capture_output=True,
            text=True,
        )
        if not result.is_file():
            raise RuntimeError((done.stdout + done.stderr).strip()[-600:])
        pairs: list[dict[str, list[float]]] = json.loads(result.read_text())
        return pairs


def _share_of_saving() -> float:
    """CPU seconds of one state of a small run, over the 10 s until the next."""
    import torch

    from art.training.checkpoints.door import save_checkpoint

    state = {f"weight {n}": torch.randn(64, 64) for n in range(24)}
    with tempfile.TemporaryDirectory() as folder:
        begun = time.process_time()
        for _ in range(20):
            save_checkpoint(state, Path(folder) / "state.ckpt")
        return (time.process_time() - begun) / 20 / 10.0
