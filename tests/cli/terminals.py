"""Runs commands in a real pseudo-terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from pathlib import Path


def on_terminal(*arguments: object, cwd: Path, columns: int = 80, **environment: str) -> str:
    """What `art` shows on a terminal of that width, escapes included."""
    outer, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLUMNS", "LINES")}
    process = subprocess.Popen(
        [sys.executable, "-m", "art", *map(str, arguments)],
        cwd=cwd, stdin=inner, stdout=inner, stderr=inner,
        env={**kept, "TERM": "xterm-256color", **environment},
    )  # fmt: skip
    os.close(inner)
    shown = b""
    while True:
        try:
            piece = os.read(outer, 65536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        shown += piece
    process.wait(60)
    os.close(outer)
    return shown.decode().replace("\r\n", "\n")
