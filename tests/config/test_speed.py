"""Reading a config stays fast; the budget leaves room for a loaded machine."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from art import api
from art.config.loading import load_text
from art.config.writing.complete import complete_text
from art.errors import ConfigError

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "config.py"
BUDGET_MS = 30.0


def test_a_config_of_120_settings_is_read_in_milliseconds() -> None:
    done = subprocess.run([sys.executable, str(BENCHMARK)], capture_output=True, text=True)
    found = json.loads(done.stdout)
    assert (found["settings"], found["sections"]) == (120, 15)
    assert found["with_resolving_ms"] < BUDGET_MS


SMALL = """
[task]
@tasks = "art.TabularClassification.v1"
[data]
@data = "art.BreastCancer.v1"
[model]
@models = "art.MLP.v1"
[optimizer]
@optimizers = "torch.AdamW.v1"
[stages.overfit]
"""
CHECK = """
[stages.overfit.checks.k{number}]
@checks = "art.GreaterThan.v1"
score = "val/accuracy"
value = 0.5
"""


def with_overrides(count: int) -> str:
    return f"{SMALL}overrides = " + json.dumps({f"model.k{i}": i for i in range(count)})


def with_checks(count: int) -> str:
    return SMALL + "".join(CHECK.format(number=i) for i in range(count))


def refused(text: str) -> int:
    with pytest.raises(ConfigError) as error:
        load_text(text, "c.cfg")
    return len(error.value.faults)


def completed(text: str) -> int:
    return complete_text(text, "c.cfg").count("[stages.overfit.checks.k")


@pytest.mark.parametrize(
    ("write", "work", "most"),
    [(with_overrides, refused, 4_000), (with_checks, completed, 1_600)],
)
def test_four_times_as_much_takes_no_more_than_eight_times_as_long(write, work, most) -> None:
    """What is quadratic takes sixteen times as long; what is linear, four times."""
    api.populate()
    work(write(2))  # what is imported once is no part of the time
    taken = []
    for count in (most // 4, most):
        text, runs = write(count), []
        for _ in range(3):
            started = time.process_time()
            assert work(text) == (count if work is completed else 1_000)  # no more are sought
            runs.append(time.process_time() - started)
        taken.append(min(runs))
    assert taken[1] < 8 * taken[0] + 0.05, taken
