"""The one place that runs a subprocess. No shell ever sees a command."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

SECONDS = 10


@dataclass(frozen=True)
class Bounds:
    """What a program may use.

    Attributes:
        memory: bytes of address space.
        file_size: bytes of any one file that it may write.
        cpu_seconds: of computing; 0 for any.
    """

    memory: int = 4 << 30
    file_size: int = 64_000_000
    cpu_seconds: int = 0


BOUNDS = Bounds()

Stopped = Literal["", "missing", "time", "size"]


@dataclass(frozen=True)
class Captured:
    """What a program did.

    Attributes:
        code: its exit code; negative where a signal ended it.
        out: what it wrote to stdout.
        err: what it wrote to stderr, cut at the same size.
        stopped: why it has no result: it is `missing`, or ran past its `time` or `size`.
    """

    code: int
    out: bytes
    err: str
    stopped: Stopped = ""


def first_line(command: Sequence[str], folder: Path) -> str:
    """The first line that a command prints; empty where it is missing or fails.

    For facts that are good to have and that nothing depends on, such as a git commit.
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


def capture(
    command: Sequence[str],
    folder: Path,
    *,
    seconds: float,
    size: int,
    bounds: Bounds = BOUNDS,
    environment: Mapping[str, str] | None = None,
) -> Captured:
    """Run a program that is not trusted to end, and take what it prints.

    It and all that it starts are one process group, which is ended at the limits.

    Args:
        command: the program and its arguments.
        folder: where it runs.
        seconds: how long it may take.
        size: bytes of stdout, and of stderr, that are taken.
        bounds: what it may use, on POSIX.
        environment: all of it; by default the process's own.
    """
    try:
        process = subprocess.Popen(
            list(command),
            cwd=folder,
            env=None if environment is None else dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            preexec_fn=_limiter(bounds),
        )
    except OSError as error:
        return Captured(127, b"", error.strerror or str(error), "missing")
    return _taken(process, seconds, size)


def _taken(process: subprocess.Popen[bytes], seconds: float, size: int) -> Captured:
    """What a program prints until it ends, or is ended."""
    readers = [_Reader(process.stdout, size, process), _Reader(process.stderr, size, process)]
    stopped: Stopped = ""
    try:
        process.wait(seconds)
        for reader in readers:
            reader.thread.join(seconds)
    except subprocess.TimeoutExpired:
        stopped = "time"
    finally:
        _end_group(process)
    for reader in readers:
        reader.thread.join(1)
    if any(reader.is_full for reader in readers):
        stopped = "size"
    out, err = (reader.taken for reader in readers)
    return Captured(process.returncode, out, err.decode("utf-8", "replace"), stopped)


def attend(
    command: Sequence[str],
    folder: Path | None = None,
    *,
    seconds: float | None = None,
    bounds: Bounds | None = None,
) -> int:
    """Run a program on the user's terminal, such as an editor, and wait for it.

    Ctrl-C is the program's while it runs, and the terminal is put back as it was, even where the
    program was killed.

    Args:
        command: the program and its arguments.
        folder: where it runs; by default here.
        seconds: how long it may take; by default as long as it wants.
        bounds: what it may use, on POSIX; by default as much as this process.

    Returns:
        Its exit code; negative where a signal ended it, as it does after `seconds`.

    Raises:
        OSError: it cannot be started.
    """
    limit = _limiter(bounds) if bounds else None
    with _terminal_kept(), _ours_ignored():
        try:
            done = subprocess.run(
                list(command), cwd=folder, timeout=seconds, check=False, preexec_fn=limit
            )
        except subprocess.TimeoutExpired:
            return -signal.SIGTERM
        return done.returncode


class _Reader:
    """Takes what comes from a pipe, and ends its program when it is too much."""

    def __init__(self, stream: Any, size: int, process: subprocess.Popen[bytes]) -> None:
        self.taken = b""
        self.is_full = False
        self._stream, self._size, self._process = stream, size, process
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self) -> None:
        pieces: list[bytes] = []
        left = self._size
        with suppress(OSError, ValueError):
            while piece := os.read(self._stream.fileno(), 65536):
                pieces.append(piece[:left])
                left -= len(pieces[-1])
                if len(piece) > len(pieces[-1]):
                    self.is_full = True
                    _end_group(self._process)
                    break
        self.taken = b"".join(pieces)
        self._stream.close()


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """End a program with all that it started."""
    with suppress(OSError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    with suppress(subprocess.TimeoutExpired):
        process.wait(1)


def _limiter(bounds: Bounds) -> Any:
    """What the new process does before the program begins: bound what it may use."""
    if os.name != "posix":
        return None

    def limit() -> None:
        import resource

        kinds = [(resource.RLIMIT_FSIZE, bounds.file_size), (resource.RLIMIT_AS, bounds.memory)]
        if bounds.cpu_seconds:
            kinds.append((resource.RLIMIT_CPU, bounds.cpu_seconds))
        for kind, most in kinds:
            with suppress(OSError, ValueError):
                resource.setrlimit(kind, (most, most + (kind == resource.RLIMIT_CPU)))

    return limit


@contextmanager
def _ours_ignored() -> Iterator[None]:
    """Ctrl-C and Ctrl-backslash reach the program on the terminal, and not us.

    A handler that does nothing, unlike `SIG_IGN`, is not handed on to the program.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    names = ("SIGINT", "SIGQUIT")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.signal(number, lambda *_: None) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _terminal_kept() -> Iterator[None]:
    """A program that is killed leaves a terminal that shows nothing of what is typed."""
    try:
        import termios

        state = termios.tcgetattr(0)
    except Exception:  # no POSIX, or no terminal
        yield
        return
    try:
        yield
    finally:
        with suppress(termios.error):
            termios.tcsetattr(0, termios.TCSADRAIN, state)
