"""What a program's failure was, in one line for people: a worker's end, memory that ran out."""

from __future__ import annotations

import re
import signal
import traceback
from collections.abc import Iterator

MEMORY = (
    "out of memory", "allocate memory", "not enough memory", "cannot allocate", "std::bad_alloc",
)  # fmt: skip
"""What torch and the system say where memory is short; there is no one exception for it."""

_KILLED = re.compile(r"DataLoader worker \(pid (\d+)\) is killed by signal: ([^.]+)")
_EXITED = re.compile(r"DataLoader worker \(pid(?:\(s\))? ([\d, ]+)\) exited unexpectedly")
_CAUGHT = re.compile(r"Caught (\S+) in DataLoader worker process (\d+)\.")

_ALONE = "With num_workers = 0 in the DataLoader it happens in the training process itself"

_ENDS: dict[int, tuple[str, str]] = {
    signal.SIGKILL: (
        "most likely the system ended it since memory ran out",
        "Use fewer workers (num_workers = 0 in the DataLoader needs the least), load less in each, "
        "or run where there is more memory",
    ),
    signal.SIGBUS: (
        "most likely the shared memory in /dev/shm is full, through which workers hand over",
        "Make /dev/shm larger (docker run --shm-size=8g), or use fewer workers: num_workers = 0 in "
        "the DataLoader needs none",
    ),
    signal.SIGSEGV: (
        "most likely a library in C crashed in __getitem__ or collate_fn, or does not bear a fork",
        f"{_ALONE}, where `python -X faulthandler -m art train` shows the line",
    ),
    signal.SIGABRT: (
        "most likely a library in C gave up in __getitem__ or collate_fn",
        f"{_ALONE}, where `python -X faulthandler -m art train` shows the line",
    ),
}
_ANY_END = (
    "something ended it from outside, or its code left the process",
    f"{_ALONE}, with a traceback in log.txt",
)


def failure_line(error: BaseException) -> str:
    """What ended a stage, in one line; the traceback belongs in the log."""
    for one in _chain(error):
        text = str(one)
        if (killed := _KILLED.search(text)) is not None:
            return _ended(killed[1], killed[2])
        if (caught := _CAUGHT.search(text)) is not None:
            return _raised(caught[1], caught[2], text)
    if (broken := _broken_off(error)) is not None:
        return broken
    for one in _chain(error):
        if (exited := _EXITED.search(str(one))) is not None:
            return _ended(exited[1], "")
    line = last_line(error)
    if isinstance(error, Exception):
        return line
    return f"{line}. The program raises it to end the process, and no stage may do that"


def last_line(error: BaseException) -> str:
    """The exception's kind, and the first line of what it says."""
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0]}" if text else type(error).__name__


def is_out_of_memory(error: BaseException) -> bool:
    """Whether memory ran out, in main memory or on a device, here or in a worker."""
    return any(
        isinstance(one, MemoryError)
        or (
            isinstance(one, RuntimeError | OSError)
            and any(word in str(one).lower() for word in MEMORY)
        )
        for one in _chain(error)
    )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An exception and what it came of."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _broken_off(error: BaseException) -> str | None:
    """A worker that died while it handed a batch over is met as a broken connection at times."""
    for one in _chain(error):
        if not isinstance(one, OSError | EOFError | RuntimeError):
            continue
        broken = isinstance(one, ConnectionError | EOFError)
        for frame, _ in traceback.walk_tb(one.__traceback__):
            workers = list(getattr(frame.f_locals.get("self"), "_workers", None) or ())
            for worker in workers:
                if broken:
                    worker.join(0.2)  # its connections go a moment before it does
                code = worker.exitcode
                gone = code is not None if broken else bool(code)
                if gone and code != -signal.SIGTERM:  # so the others are ended
                    return _told(str(worker.pid), max(-code, 0))
            if workers and broken:
                return _told(", ".join(str(worker.pid) for worker in workers), 0)
    return None


def _ended(pid: str, words: str) -> str:
    return _told(pid, _number(words))


def _told(pid: str, number: int) -> str:
    cause, remedy = _ENDS.get(number, _ANY_END) if number else _ANY_END
    how = f"was killed by {signal.Signals(number).name}" if number else "ended unexpectedly"
    return f"a worker of the DataLoader (process {pid}) {how}: {cause}. {remedy}."


def _number(words: str) -> int:
    """The signal whose description that is; 0 for none."""
    described = {(signal.strsignal(one) or ""): int(one) for one in signal.valid_signals()}
    return described.get(words.strip(), 0)


def _raised(kind: str, worker: str, text: str) -> str:
    """An exception in a worker comes with its traceback as text, whose last line says what."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    last = next((line for line in reversed(lines) if line.startswith(f"{kind}:")), kind)
    frames = re.findall(r'File "([^"]+)", line (\d+), in (\S+)', text)
    at = f" ({frames[-1][0]}:{frames[-1][1]}, in {frames[-1][2]})" if frames else ""
    return f"worker {worker} of the DataLoader failed: {last}{at}"
