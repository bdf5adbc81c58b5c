"""Real shells on a pseudo terminal, with art's completion loaded."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

from tests.conftest import ROOT

SHOW = b"\x18p"  # control-x p: bound to a function that prints the line as it is
ALL = {"bash": b"\x1b*", "zsh": b"\x18a"}  # inserts every word that is offered

BASHRC = """
source "$HOME/art.bash"
show_line() { printf '<<%s>>\\n' "$READLINE_LINE"; }
bind -x '"\\C-xp": show_line'
PS1='$ '
echo READY
"""

ZSHRC = """
PS1='%% '
fpath=("$HOME" $fpath)
autoload -Uz compinit; compinit -u -d "$HOME/dump"
zle -C insert-all complete-word _generic
zstyle ':completion:insert-all:*' completer _all_matches _complete
zstyle ':completion:insert-all:*' insert true
bindkey '^Xa' insert-all
show_line() { print -r -- "<<$BUFFER>>"; }
zle -N show_line; bindkey '^Xp' show_line
echo READY
"""


def environment(home: Path) -> dict[str, str]:
    """The environment of a user who has art on the PATH and nothing else set up."""
    return {
        "HOME": str(home),
        "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
        "PYTHONPYCACHEPREFIX": str(home / "cache"),
        "TERM": "xterm",
        "LANG": "C.UTF-8",
        "INPUTRC": "/dev/null",
        "ZDOTDIR": str(home),
        "XDG_CONFIG_HOME": str(home / "xdg"),
    }


def write_scripts(home: Path) -> None:
    """Put the completion scripts and start files in a home folder."""
    for shell, name in (("bash", "art.bash"), ("zsh", "_art"), ("fish", "art.fish")):
        command = [sys.executable, "-m", "art", "completion", shell]
        done = subprocess.run(
            command, capture_output=True, text=True, env=environment(home), check=True
        )
        (home / name).write_text(done.stdout)
    (home / ".bashrc").write_text(BASHRC)
    (home / ".zshrc").write_text(ZSHRC)


class Shell:
    """An interactive shell; what is typed into it is completed as for a user."""

    def __init__(self, name: str, home: Path, folder: Path) -> None:
        self.name = name
        self._terminal, inner = pty.openpty()
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 900, 0, 0))
        program = shutil.which(name)
        assert program is not None
        options = ["--noprofile", "-i"] if name == "bash" else ["-i"]
        self._process = subprocess.Popen(
            [program, *options],
            stdin=inner,
            stdout=inner,
            stderr=inner,
            cwd=folder,
            env=environment(home),
            start_new_session=True,
        )
        os.close(inner)
        self._read_until(rb"READY\r?\n")

    def offered(self, typed: str) -> list[str]:
        """Every word that the shell offers for the end of a line."""
        line = self._line(typed.encode() + ALL[self.name])
        return line[len(typed) - len(typed.rsplit(" ", 1)[-1]) :].split()

    def completed(self, typed: str) -> str:
        """The line after Tab."""
        return self._line(typed.encode() + b"\t")

    def _line(self, keys: bytes) -> str:
        os.write(self._terminal, keys)
        os.write(self._terminal, SHOW)
        line = self._read_until(rb"<<(.*?)>>")
        os.write(self._terminal, b"\x05\x15")  # to the end, and all of it away
        return line.decode()

    def _read_until(self, pattern: bytes) -> bytes:
        seen, end = b"", time.monotonic() + 60
        while time.monotonic() < end:
            ready, _, _ = select.select([self._terminal], [], [], 0.5)
            if ready:
                seen += os.read(self._terminal, 65536)
                found = re.search(pattern, seen, re.DOTALL)
                if found:
                    return found[found.lastindex or 0]
        raise AssertionError(f"{self.name} did not answer; it wrote {seen!r}")

    def close(self) -> None:
        """End the shell."""
        self._process.kill()
        self._process.wait()
        os.close(self._terminal)
