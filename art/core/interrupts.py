"""SIGINT and SIGTERM: the first lets the step be finished and saved, the second stops at once.

A signal that comes while a step is under way is noted, and whoever shielded the step ends the run
once its state is saved. At any other time it raises where it comes. After the first signal both
have their default effect, which ends even a process that is busy outside Python.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupted(BaseException):
    """The user, or the system, asked this process to stop.

    It is no `Exception`, so that nothing takes it for a failure, and no `KeyboardInterrupt`, to
    which Lightning answers by leaving the process.

    Attributes:
        number: of the signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number

    @property
    def exit_code(self) -> int:
        """What a shell reports for a process that this signal ended."""
        return 128 + self.number


class _State:
    """What this process was asked, and whether it may stop right now."""

    def __init__(self) -> None:
        self.number = 0
        self.shielded = False
        self.heeded = False
        self.noted = False
        self.before: dict[int, Any] = {}


_state = _State()


def note_interruptions() -> None:
    """From here on Ctrl-C is noted, besides raising `KeyboardInterrupt` as ever.

    A module that is being imported may swallow it, print its traceback or make another error of
    it, as numpy's extensions do; what was noted is not lost. A second one ends the process.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _note)


def was_noted() -> bool:
    """Whether Ctrl-C came where `note_interruptions` was heard and `heeded` was not."""
    return _state.noted


def _note(number: int, frame: FrameType | None) -> None:
    _state.noted = True
    signal.signal(number, signal.SIG_DFL)
    sys.excepthook = sys.unraisablehook = _say_nothing
    raise KeyboardInterrupt


def _say_nothing(*_: object) -> None:
    """What is raised by an interruption is nobody's mistake."""


@contextmanager
def heeded() -> Iterator[None]:
    """Answer both signals as this module says, inside; outside as before.

    Only the main thread can set handlers: in another nothing changes.

    Raises:
        Interrupted: Ctrl-C was noted before, and swallowed.
    """
    if _state.noted:
        raise Interrupted(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or _state.heeded:
        yield
        return
    with _watched():
        yield from _with_handlers()


def _with_handlers() -> Iterator[None]:
    before: dict[int, Any] = {number: signal.getsignal(number) for number in SIGNALS}
    _state.before = before
    _state.number, _state.shielded, _state.heeded = 0, False, True
    for number in SIGNALS:
        if before[number] is not signal.SIG_IGN:  # as under nohup: what was ignored stays so
            signal.signal(number, _heed)
    try:
        yield
    finally:
        _state.number, _state.shielded, _state.heeded = 0, False, False
        for each, handler in before.items():
            if handler is not None:
                signal.signal(each, handler)


@contextmanager
def _watched() -> Iterator[None]:
    """A thread that ends the process at the second signal, where C code keeps Python from it."""
    if os.name != "posix":
        yield
        return
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    before = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    if before != -1:  # a program of its own listens there
        signal.set_wakeup_fd(before)
    thread = threading.Thread(target=_watch, args=(reader,), name="art-signals", daemon=True)
    thread.start()
    try:
        yield
    finally:
        if before == -1:
            signal.set_wakeup_fd(-1)
        os.close(writer)
        thread.join(1)
        os.close(reader)


def _watch(reader: int) -> None:
    """Read the numbers of signals as they come in."""
    seen = 0
    while numbers := os.read(reader, 64):
        for number in numbers:
            seen += number in SIGNALS
            if seen > 1:
                os._exit(128 + number)


def _heed(number: int, frame: FrameType | None) -> None:
    _state.number = number
    for each in SIGNALS:
        signal.signal(each, signal.SIG_DFL)
    if not _state.shielded:
        raise Interrupted(number)


def _forget() -> None:
    """A process that was forked off is none of this: its signals are its own."""
    if not _state.heeded:
        return
    _state.number, _state.shielded, _state.heeded = 0, False, False
    signal.set_wakeup_fd(-1)
    for number, handler in _state.before.items():
        if handler is not None:
            signal.signal(number, handler)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


def shield() -> None:
    """From here on a signal is only noted: a step is under way."""
    _state.shielded = True


def unshield() -> None:
    """A signal may stop the process where it comes again; one that was noted does so now.

    Raises:
        Interrupted: one was noted.
    """
    _state.shielded = False
    if _state.number:
        raise Interrupted(_state.number)


def allow() -> None:
    """Let a signal stop the process where it comes again; one that was noted waits."""
    _state.shielded = False


def asked() -> int:
    """The number of the signal that came; 0 where none did."""
    return _state.number
