"""The one place that runs a subprocess."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

SECONDS = 10


def first_line(command: Sequence[str], folder: Path) -> str:
    """The first line that a command prints; empty where it is missing or fails.

    For facts that are good to have and that nothing depends on, such as a git commit. No shell
    ever sees the command.
    """
    try:
        done = subprocess.run(
            list(command),
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    lines = done.stdout.splitlines()
    return lines[0].strip() if done.returncode == 0 and lines else ""
