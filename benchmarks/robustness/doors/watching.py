"""Watches a process from inside: what it runs, opens, writes, imports and connects to."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

PROGRAMS = ("git",)
"""What ART runs by itself, for the commit that a record names."""

ALWAYS = {
    "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty", "pty.spawn",
    "pickle.find_class", "socket.connect", "socket.bind", "socket.getaddrinfo", "urllib.Request",
    "webbrowser.open", "ctypes.dlsym", "code.__new__", "cpython.run_command", "cpython.run_file",
    "cpython.run_interactivehook", "ftplib.connect", "smtplib.connect", "sqlite3.load_extension",
}  # fmt: skip
"""Events that no command of ART's has a reason to raise on hostile input."""

CHANGES = {
    "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "os.chown", "os.truncate", "os.rename",
    "os.link", "os.symlink", "shutil.rmtree", "shutil.move", "shutil.copyfile", "sqlite3.connect",
    "tempfile.mkstemp", "tempfile.mkdtemp", "shutil.unpack_archive", "os.utime", "os.mkfifo",
}  # fmt: skip
"""Events whose arguments are paths of what is changed."""

ON_LINKS = {"os.remove", "os.rmdir", "os.mkdir", "os.rename", "os.symlink", "shutil.rmtree"}


class Watch:
    """An audit hook that tells of whatever hostile input must not bring about.

    Args:
        inside: folders that may be written to.
        hostile: a text that is in every payload, and in the names of modules that are planted.
        tell: takes a line for each fault.
    """

    def __init__(self, inside: Sequence[str], hostile: str, tell: Callable[[str], None]) -> None:
        self._inside = tuple(os.path.realpath(folder) for folder in inside)
        self._hostile = hostile
        self._tell = tell
        self._busy = False

    def start(self) -> None:
        """From here on, until the process ends: a hook cannot be taken off."""
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self._busy:
            return
        self._busy = True
        try:
            fault = self._judge(event, arguments)
            if fault:
                self._tell(fault)
        finally:
            self._busy = False

    def _judge(self, event: str, arguments: tuple[Any, ...]) -> str:
        if event in ALWAYS:
            return f"{event} {_shown(arguments)}"
        if event == "open":
            return self._opened(*arguments)
        if event in CHANGES:
            return self._changed(event, arguments)
        if event == "subprocess.Popen":
            program = Path(os.fsdecode(arguments[0])).name
            return "" if program in PROGRAMS else f"{event} {_shown(arguments)}"
        if event in ("compile", "exec", "import", "ctypes.dlopen"):
            return self._ran(event, arguments)
        if event == "os.kill" and arguments[1] != 0:  # 0 asks whether a process lives
            return f"{event} {_shown(arguments)}"
        return ""

    def _opened(self, path: Any, mode: Any, flags: Any) -> str:
        writes = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
        if not isinstance(path, str | bytes) or not isinstance(flags, int) or not flags & writes:
            return ""
        return "" if self._is_inside(path) else f"opened for writing: {os.fsdecode(path)!r}"

    def _changed(self, event: str, arguments: tuple[Any, ...]) -> str:
        paths = [a for a in arguments if isinstance(a, str | bytes | os.PathLike)]
        if event == "os.symlink":  # where it leads is read, not written
            paths = paths[1:]
        if event in ON_LINKS:  # what is changed is the link itself, where there is one
            places = [Path(os.fsdecode(path)) for path in paths if path]
            paths = [Path(os.path.realpath(place.parent)) / place.name for place in places]
            outside = [str(path) for path in paths if not self._holds(str(path))]
        else:
            outside = [path for path in paths if path and not self._is_inside(path)]
        return f"{event} {_shown(outside)}" if outside else ""

    def _ran(self, event: str, arguments: tuple[Any, ...]) -> str:
        first = arguments[0]
        words = [first, *arguments[1:2]] if event == "compile" else [first]
        for word in words:
            text = getattr(word, "co_filename", word)
            text = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
            if isinstance(text, str) and self._hostile in text:
                return f"{event} {_shown(arguments)}"
        return ""

    def _is_inside(self, path: Any) -> bool:
        real = os.path.realpath(os.fsdecode(path))
        if real == os.devnull or "/__pycache__/" in real:  # Python's own notes on its modules
            return True
        return self._holds(real)

    def _holds(self, real: str) -> bool:
        return any(real == folder or real.startswith(f"{folder}/") for folder in self._inside)


def _shown(value: Any) -> str:
    return repr(value)[:200]
