"""Processes for `python -m art` that have torch and Lightning from the start.

A process of its own for each command is what users have, and importing torch and Lightning takes
it four CPU seconds: a third of all that the tests took. So each worker of pytest keeps one process
that has imported them, and nothing of ART; a command runs in a fork of it, with arguments,
environment, folder and streams of its own. What has to begin without them (imports, start-up, the
choice of Lightning's namespace) asks for `art_process` in place of `art_command`. With
`ART_TESTS_FRESH=1`, and on other systems than Linux, every command is a process of its own.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

HEAVY = ("torch", "pytorch_lightning", "torchmetrics", "sklearn.linear_model", "sklearn.ensemble")
LARGEST = 1 << 20


class ForkServer:
    """Starts commands as forks of one process, one at a time."""

    def __init__(self) -> None:
        own, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket = own
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(other.fileno())],
            pass_fds=[other.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        other.close()

    def run(
        self, arguments: Sequence[str], cwd: Path, environment: Mapping[str, str], timeout: float
    ) -> subprocess.CompletedProcess[str]:
        """What `subprocess.run(["python", "-m", "art", *arguments], ...)` gives.

        Raises:
            subprocess.TimeoutExpired: the command took longer; it has been killed.
        """
        ends = [os.pipe() for _ in range(2)]
        request = {"arguments": arguments, "cwd": str(cwd), "environment": dict(environment)}
        socket.send_fds(self._socket, [json.dumps(request).encode()], [end[1] for end in ends])
        for end in ends:
            os.close(end[1])
        pid = int(self._socket.recv(64))
        said: dict[int, str] = {}
        readers = [threading.Thread(target=_read, args=(end[0], said)) for end in ends]
        for reader in readers:
            reader.start()
        self._socket.settimeout(timeout)
        try:
            code = int(self._socket.recv(64))
        except TimeoutError:
            os.kill(pid, 9)
            self._socket.settimeout(None)
            self._socket.recv(64)
            raise subprocess.TimeoutExpired(["art", *arguments], timeout) from None
        finally:
            self._socket.settimeout(None)
            for reader in readers:
                reader.join()
        stdout, stderr = (said[end[0]] for end in ends)
        return subprocess.CompletedProcess(["art", *arguments], code, stdout, stderr)

    def close(self) -> None:
        """End the process; it goes when nobody is left to ask."""
        self._socket.close()
        self._process.wait()


def _read(end: int, said: dict[int, str]) -> None:
    with open(end, encoding="utf-8", newline=None) as stream:
        said[end] = stream.read()


def _serve(asked: socket.socket) -> tuple[Sequence[str], str] | None:
    """Fork for each request; returns in the fork, with its arguments, and at the end, with None."""
    import gc

    gc.freeze()  # so that a fork does not copy what it never changes
    while True:
        message, streams, _, _ = socket.recv_fds(asked, LARGEST, 2)
        if not message:
            return None
        child = os.fork()
        if not child:
            asked.close()
            return _become(json.loads(message), streams)
        for stream in streams:
            os.close(stream)
        asked.send(str(child).encode())
        _, status = os.waitpid(child, 0)
        asked.send(str(os.waitstatus_to_exitcode(status)).encode())


def _become(request: dict[str, object], streams: Sequence[int]) -> tuple[Sequence[str], str]:
    for number, stream in enumerate(streams, 1):
        os.dup2(stream, number)
        os.close(stream)
    environment, cwd = request["environment"], str(request["cwd"])
    assert isinstance(environment, dict)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(cwd)
    arguments = request["arguments"]
    assert isinstance(arguments, list)
    return arguments, cwd


def _main() -> None:
    import importlib
    import runpy

    for name in HEAVY:
        importlib.import_module(name)
    become = _serve(socket.socket(fileno=int(sys.argv[1])))
    if become is not None:
        arguments, sys.path[0] = become
        sys.argv[1:] = arguments
        runpy.run_module("art", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _main()
