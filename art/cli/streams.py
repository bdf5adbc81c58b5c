"""stdin, stdout and stderr, as a command can rely on them, whatever it was started with.

A stream that was closed counts as /dev/null. Until then its number is free, and the next file that
is opened, a record perhaps, would take it and receive what others print. Writing never fails in the
middle of a command: a run must not end because nobody reads about it. What could not be written is
told at the end.
"""

from __future__ import annotations

import errno
import io
import os
import select
import sys
from typing import Any, TextIO

_CLOSED = (errno.EPIPE, errno.ESHUTDOWN)
"""The reader has gone: it has seen enough, which is no mistake."""


class _Steady(io.FileIO):
    """A stream that takes everything; the first failure to pass it on is kept, and ends it."""

    failure: OSError | None = None

    def write(self, data: Any, /) -> int:
        """Pass it on, or drop it where that has failed before."""
        while self.failure is None:
            try:
                written = super().write(data)
            except OSError as error:
                self.failure = error
                break
            if written is not None:
                return written
            select.select([], [self], [])  # it was opened not to wait, and is full
        return len(data)


def steady_streams() -> None:
    """Put this process's streams in order, once, before anything else is opened."""
    for number in range(3):
        _occupy(number)
    sys.stdout = _steady(sys.stdout, 1)
    sys.stderr = _steady(sys.stderr, 2)


def lost_output() -> str:
    """Why a part of stdout could not be written; empty where all was, or its reader has gone."""
    sys.stdout.flush()
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    failure = raw.failure if isinstance(raw, _Steady) else None
    if failure is None or failure.errno in _CLOSED:
        return ""
    return failure.strerror or str(failure)


def _occupy(number: int) -> None:
    """Open /dev/null under a number that is free."""
    try:
        os.fstat(number)
    except OSError:
        descriptor = os.open(os.devnull, os.O_RDWR)
        if descriptor != number:
            os.dup2(descriptor, number)
            os.close(descriptor)
        os.set_inheritable(number, True)


def _steady(stream: TextIO | None, number: int) -> TextIO:
    """The stream, on a file that takes everything; a Windows console stays as it is."""
    old = stream if isinstance(stream, io.TextIOWrapper) else None
    if stream is not None and not isinstance(_raw(old), io.FileIO):
        return stream
    file = _Steady(number, "w", closefd=False)
    file.name = "<stdout>" if number == 1 else "<stderr>"
    errors = old.errors if old and old.errors and old.errors != "strict" else "backslashreplace"
    buffer: io.BufferedWriter = io.BufferedWriter(file)
    return io.TextIOWrapper(
        buffer,
        encoding=old.encoding if old else "utf-8",
        errors=errors,  # a name that the encoding cannot show is no reason to end
        line_buffering=old.line_buffering if old else False,
        write_through=old.write_through if old else False,
    )


def _raw(stream: io.TextIOWrapper | None) -> object:
    buffer = stream.buffer if stream is not None else None
    return getattr(buffer, "raw", buffer)
