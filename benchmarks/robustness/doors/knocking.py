"""A fork server: a process that has imported ART, and forks a child for every knock.

    python -m benchmarks.robustness.doors.knocking

reads a JSON object a line and answers with one. Hundreds of knocks then cost seconds, and each
is watched in a process of its own.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from benchmarks.robustness.doors.watching import Watch

SECONDS = 120
MEMORY = 24 << 30
LONGEST = 60_000
"""Characters that a message may have: 200 mistakes of a config, whatever the input."""


@dataclass(frozen=True)
class Answer:
    """What came of a knock.

    Attributes:
        code: the exit code; negative where a signal ended it.
        out, err: what was printed.
        seen: what the audit hook told.
    """

    code: int
    out: str
    err: str
    seen: list[str]

    def faults(self, marker: Path, codes: Sequence[int] = (2,), *, says: str) -> list[str]:
        """What is wrong with it, a line each.

        Args:
            marker: must not be there.
            codes: the exit codes that are right.
            says: a pattern that is in what was printed: the door that is meant has answered, and
                no other one before it.
        """
        found = [f"watched: {line}" for line in self.seen]
        if marker.exists() or marker.is_symlink():
            found.append("the marker is there: hostile code ran")
        if self.code not in codes:
            found.append(f"exit code {self.code}: {self.err[-300:]!r}")
        if "Traceback" in self.err or "Traceback" in self.out:
            found.append(f"a traceback: {self.err[-300:]!r}")
        if self.code == 2 and not 0 < len(self.err.strip()) < LONGEST:
            found.append(f"a message of {len(self.err)} characters")
        printed = self.err + self.out
        if not re.search(says, printed):
            found.append(f"another door answered, not {says!r}: {printed[:300]!r}")
        if any(not letter.isprintable() and letter not in "\n\t" for letter in printed):
            found.append(f"control characters: {printed[:300]!r}")
        return found


class Knocker:
    """The fork server, as its user has it. A context manager."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Knocker:
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "NO_COLOR": "1"}
        root = str(Path(__file__).parents[3])
        environment["PYTHONPATH"] = os.pathsep.join(
            [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        )
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.robustness.doors.knocking"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process is not None and self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)

    def art(self, *arguments: object, **options: Any) -> Answer:
        """Run a command of ART's; the options are those of `call`."""
        return self._ask({"arguments": [str(argument) for argument in arguments], **options})

    def call(self, function: str, *arguments: Any, **options: Any) -> Answer:
        """Call `module:function` with plain values.

        Keyword Args:
            folder: the working folder, which may be written to.
            hostile: what the audit hook looks for in code.
            inside: more folders that may be written to.
            environment: variables on top of the usual ones.
            seconds: after which the child is ended by a signal, and its code is -14.
        """
        return self._ask({"call": function, "arguments": list(arguments), **options})

    def _ask(self, request: Mapping[str, Any]) -> Answer:
        assert self._process is not None
        assert self._process.stdin is not None and self._process.stdout is not None
        print(json.dumps(request, default=str), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the fork server has died")
        return Answer(**json.loads(line))


def serve() -> None:
    """Answer requests until there are no more."""
    answers = os.fdopen(os.dup(1), "w")
    _warm_up()
    for line in sys.stdin:
        request = json.loads(line)
        folder = Path(request["folder"])
        notes = {name: folder / f".knock.{name}" for name in ("out", "err", "seen")}
        child = os.fork()
        if child == 0:
            _be_child(request, notes)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        texts = {name: _taken(path) for name, path in notes.items()}
        answer = {**texts, "code": code, "seen": texts["seen"].splitlines()}
        print(json.dumps(answer), file=answers, flush=True)


def _warm_up() -> None:
    import torch

    import art.api
    from art.cli.commands import COMMANDS

    torch.set_num_threads(1)
    art.api.populate()
    modules = [f"art.cli.{entry.module}" for entry in COMMANDS.values()]
    for name in (*modules, "art.cli.app", "art.running.execution", "art.running.context",
                 "art.reporting", "art.hub.getting", "art.hub.applying",
                 "art.training.probing.auditing",
                 "sklearn.metrics", "matplotlib.figure", "art.running.painting"):  # fmt: skip
        importlib.import_module(name)


def _be_child(request: Mapping[str, Any], notes: Mapping[str, Path]) -> None:
    """Do what is asked, watched, and leave; never returns."""
    code = 1
    try:
        signal.alarm(request.get("seconds", SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        for target, name in ((1, "out"), (2, "err")):
            os.dup2(os.open(notes[name], flags, 0o644), target)
        seen = os.open(notes["seen"], flags, 0o644)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.environ.update(request.get("environment", {}))
        tempfile.tempdir = None  # the parent has looked already, and TMPDIR may be another here
        os.chdir(request["folder"])
        sys.dont_write_bytecode = True
        inside = [request["folder"], *request.get("inside", ())]
        hostile = request.get("hostile", "artknock")
        Watch(inside, hostile, lambda line: _append(seen, line)).start()
        code = _do(request)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _do(request: Mapping[str, Any]) -> int:
    if "call" not in request:
        from art.cli.app import run

        return run(request["arguments"])
    from art.errors import UserError

    module, _, name = request["call"].partition(":")
    try:
        getattr(importlib.import_module(module), name)(*request["arguments"])
    except UserError as error:
        print(error.message, file=sys.stderr)
        return 2
    return 0


def _append(descriptor: int, line: str) -> None:
    os.write(descriptor, f"{line!r}\n".encode("utf-8", "replace"))


def _taken(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
        path.unlink()
    except OSError:
        return ""
    return text[:200_000]


if __name__ == "__main__":
    serve()
