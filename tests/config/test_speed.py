"""Reading a config stays fast; the budget leaves room for a loaded machine."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "config.py"
BUDGET_MS = 30.0


def test_a_config_of_120_settings_is_read_in_milliseconds() -> None:
    done = subprocess.run([sys.executable, str(BENCHMARK)], capture_output=True, text=True)
    found = json.loads(done.stdout)
    assert (found["settings"], found["sections"]) == (120, 15)
    assert found["with_resolving_ms"] < BUDGET_MS
