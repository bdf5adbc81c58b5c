"""`art quickstart` as a process while visitors hold connections, send slowly, or break them off."""

import os
import re
import resource
import signal
import socket
import struct
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.fixture(autouse=True)
def many_files():
    """This process itself holds a thousand connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 1100:
        pytest.skip("this machine lets a process open too few files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 1100), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class Served:
    """`art quickstart`, running."""

    def __init__(self, folder: Path, files: int) -> None:
        self.said = folder / "said"
        with self.said.open("w") as said:
            self.process = subprocess.Popen(
                ["bash", "-c", f'ulimit -n {files}; exec "$@"', "bash",
                 sys.executable, "-m", "art", "quickstart", "--no-browser"],
                cwd=folder, stderr=said, stdout=said,
                env={**os.environ, "PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": str(folder)},
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            )  # fmt: skip
        begun = time.monotonic()
        while "Ctrl-C ends it" not in self.said.read_text():
            assert time.monotonic() - begun < 120 and self.process.poll() is None
            time.sleep(0.05)
        self.port = int(re.search(r":(\d+)/", self.said.read_text()).group(1))

    def connect(self, sent: bytes = b"") -> socket.socket:
        made = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        made.sendall(sent)
        return made

    def answers(self) -> float:
        """The seconds that a real visitor waits for the largest file."""
        begun = time.monotonic()
        address = f"http://127.0.0.1:{self.port}/vendor/nunjucks/nunjucks.min.js"
        with urllib.request.urlopen(address, timeout=30) as answer:
            assert len(answer.read()) == int(answer.headers["Content-Length"]) > 50_000
        return time.monotonic() - begun

    @property
    def threads(self) -> int:
        return len(list(Path(f"/proc/{self.process.pid}/task").iterdir()))

    @property
    def files(self) -> int:
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))


@pytest.fixture(params=[1024, 64])
def served(request, tmp_path):
    """The page, where the process may open so many files; at the end it said nothing more."""
    found = Served(tmp_path, request.param)
    yield found
    found.answers()
    found.process.send_signal(signal.SIGINT)
    assert found.process.wait(20) == 130
    assert found.said.read_text().splitlines()[1:] == ["interrupted"]


def test_connections_that_say_nothing_keep_nobody_away(served):
    with ExitStack() as stack:
        for _ in range(900):
            stack.enter_context(served.connect())
        assert max(served.answers() for _ in range(5)) < 10
        assert served.threads < 10 and served.files < 130


def test_slow_senders_and_slow_readers_keep_nobody_away(served):
    request = b"GET /vendor/nunjucks/nunjucks.min.js HTTP/1.1\r\nHost: localhost\r\n"
    with ExitStack() as stack:
        slow = [stack.enter_context(served.connect(request)) for _ in range(150)]
        piled = request + b"\r\n"
        for _ in range(150):  # asks two hundred times, and reads nothing
            stack.enter_context(served.connect(piled * 200))
        for _ in range(3):
            for one in slow:
                try:
                    one.sendall(b"X-A: b\r\n")
                except OSError:  # it has been given up
                    continue
            assert served.answers() < 10
        assert served.threads < 10


def test_a_connection_that_is_broken_off_is_no_event(served):
    for sent in (
        b"",
        b"GET /page.js HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HT",
        b"\xff\0\r\n",
    ):
        for _ in range(40):
            with served.connect(sent) as one:  # a reset in place of a farewell
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert served.answers() < 10


@pytest.mark.slow
def test_a_sender_has_seconds_however_often_it_sends(served):
    with served.connect(b"GET / HTTP/1.1\r\nHost: localhost\r\n") as one:
        begun = time.monotonic()
        with pytest.raises(OSError):
            while time.monotonic() - begun < 60:
                one.sendall(b"X-A: b\r\n")
                time.sleep(0.5)
        assert 15 < time.monotonic() - begun < 40


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n", 405),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n", 413),
        (b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 404),
        (b"GET / HTTP/1.0\r\n\r\n", 404),
        (b"HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n", 200),
        (b"nonsense\r\n\r\n", 400),
    ],
)
def test_odd_requests(request, tmp_path, request_line, status):
    served = Served(tmp_path, 1024)
    try:
        with served.connect(request_line) as one:
            answer = b""
            while piece := one.recv(65536):
                answer += piece
        head, _, body = answer.partition(b"\r\n\r\n")
        assert int(head.split()[1]) == status and b"waitress" not in head
        assert b"nosniff" in head or status in (400, 413)
        assert len(body) < 1000
    finally:
        served.process.kill()
        served.process.wait()


def test_a_request_that_is_too_long_is_not_read_to_its_end(served):
    with served.connect() as one, pytest.raises(OSError):
        for _ in range(100):
            one.sendall(b"GET /" + b"x" * 1_000_000)
