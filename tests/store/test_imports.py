"""Reading records must not cost an import of torch, nor of anything heavy."""

from __future__ import annotations

import subprocess
import sys

HEAVY = {"torch", "numpy", "pydantic", "confection", "rich", "filelock", "sklearn", "matplotlib"}


def test_the_store_and_the_reports_import_nothing_heavy() -> None:
    code = (
        "import sys, art.store.run_store, art.store.fingerprints, art.reporting.snapshots, "
        "art.reporting.terminal, art.reporting.gate, art.reporting.progress, art.reporting.live; "
        "print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not HEAVY & {name.split(".")[0] for name in done.stdout.split()}
