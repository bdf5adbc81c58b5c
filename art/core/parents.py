"""Lets a child process end with its parent."""

from __future__ import annotations

import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int) -> None:
    """Let the kernel end this process when the one that started it dies, however it dies.

    Only Linux can; elsewhere nothing happens, and a worker looks for its parent by itself.

    Args:
        parent: the id of the process that started this one, which may have died before we ask.
    """
    if sys.platform != "linux":
        return
    import ctypes

    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
