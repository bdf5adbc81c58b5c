"""Presses Ctrl-C while a process imports something: a real signal, at a place that repeats."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

SITE = """
import os, signal, sys

at = os.environ.pop("CTRL_C_AT", "")
seen = -(10**9)


def hear(event, arguments):
    global at, seen
    if event == "import":
        seen = 0 if arguments[0] == "art.cli.streams" else seen + 1
        if at in (str(seen), arguments[0]):
            at = ""
            os.kill(os.getpid(), signal.SIGINT)


sys.addaudithook(hear)
if at == "count":
    import atexit

    atexit.register(lambda: os.write(2, b"%d imports\\n" % seen))
"""


def pressed(folder: Path, at: str, *words: object) -> subprocess.CompletedProcess[str]:
    """Run `art`, and press Ctrl-C as it imports a module: by name, or by its number since the guard
    was entered."""
    site = folder / "site"
    site.mkdir(exist_ok=True)
    (site / "sitecustomize.py").write_text(SITE)
    return subprocess.run(
        [sys.executable, "-m", "art", *map(str, words)],
        cwd=folder, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join((str(site), str(ROOT))),
            "XDG_CONFIG_HOME": str(folder / "xdg"),
            "OMP_NUM_THREADS": "1",
            "CTRL_C_AT": at,
        },
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip


def imports_of(folder: Path, *words: object) -> int:
    """How many imports a command makes inside its guard."""
    found = re.search(r"(\d+) imports", pressed(folder, "count", *words).stderr)
    assert found is not None
    return int(found[1])
