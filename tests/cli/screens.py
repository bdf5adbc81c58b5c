"""Types on a real pseudo-terminal, and reads what it shows."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from pathlib import Path

ESCAPES = re.compile(r"\x1b(?:\[[0-9;?>]*[ -/]*[@-~]|\][^\x07]*\x07|[()][A-Z0-9]|[=>78M])")


class Screen:
    """`art` on a terminal of its own.

    Args:
        arguments: of `art`.
        cwd: the working directory.
        environ: variables over the process's own.
    """

    def __init__(self, *arguments: str, cwd: Path, environ: Mapping[str, str]) -> None:
        self._outer, inner = pty.openpty()
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 100, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "art", *arguments],
            cwd=cwd, stdin=inner, stdout=inner, stderr=inner, start_new_session=True,
            env={**os.environ, "TERM": "xterm", **environ},
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )  # fmt: skip
        os.close(inner)
        self.shown = ""

    def until(self, text: str, seconds: float = 40) -> None:
        """Wait until something is shown."""
        end = time.monotonic() + seconds
        while text not in ESCAPES.sub("", self.shown):
            if not self._read(end):
                raise AssertionError(f"{text!r} is not in what was shown:\n{self.shown}")

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._outer, keys.encode())

    def end(self, seconds: float = 60) -> int:
        """Wait for the end; the exit code."""
        deadline = time.monotonic() + seconds
        while self._read(deadline):
            pass
        code = self.process.wait(max(deadline - time.monotonic(), 1))
        os.close(self._outer)
        return code

    def kill_editor(self, name: str) -> None:
        """End the editor that `art` runs, as the system does when memory is short."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        for child in children.read_text().split():
            if name in Path(f"/proc/{child}/cmdline").read_text():
                os.kill(int(child), signal.SIGKILL)

    def _read(self, deadline: float) -> bool:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([self._outer], [], [], left)[0]:
            return False
        try:
            piece = os.read(self._outer, 65536)
        except OSError:  # the other end is closed
            return False
        self.shown += piece.decode(errors="replace")
        return bool(piece)
