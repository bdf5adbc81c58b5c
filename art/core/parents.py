"""Lets a child process end with its parent."""

from __future__ import annotations

import functools
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

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


class _Run:
    """Whether a run is under way, and whether the fork that happens is the main thread's."""

    under_way = 0
    forks_itself = False


@contextmanager
def children_end_with_us() -> Iterator[None]:
    """Let every child that `multiprocessing` forks inside end when this process dies.

    DataLoader workers look for their parent by themselves, but not while they wait in a user's
    `__getitem__`. Children of other threads are left alone: the kernel would end them with the
    thread.
    """
    _Run.under_way += 1
    _register()
    try:
        yield
    finally:
        _Run.under_way -= 1


@functools.cache
def _register() -> None:
    if sys.platform != "linux":
        return
    from multiprocessing import util

    os.register_at_fork(before=_note_thread)
    util.register_after_fork(_Run, _in_child)


def _note_thread() -> None:
    _Run.forks_itself = threading.get_native_id() == os.getpid()


def _in_child(run: type[_Run]) -> None:
    from multiprocessing import parent_process

    parent = parent_process()
    if run.under_way and run.forks_itself and parent is not None and parent.pid is not None:
        die_with_parent(parent.pid)


@contextmanager
def undisturbed_by_children() -> Iterator[None]:
    """Hold back the signal of a child's end, which torch answers with an exception anywhere."""
    main = threading.current_thread() is threading.main_thread()
    if not hasattr(signal, "SIGCHLD") or not main:
        yield
        return
    before = signal.getsignal(signal.SIGCHLD)
    while signal.getsignal(signal.SIGCHLD) is not signal.SIG_DFL:
        with suppress(RuntimeError):  # torch's, of a child whose signal was waiting
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        yield
    finally:
        if before is not None:
            signal.signal(signal.SIGCHLD, before)
