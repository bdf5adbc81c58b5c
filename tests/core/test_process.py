"""Programs that run within limits, and programs that have the terminal."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from art.core.process import Bounds, attend, capture


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_what_a_program_prints_comes_back_as_bytes(tmp_path):
    code = "import sys, os; sys.stdout.buffer.write(b'\\xff\\0'); sys.stderr.write(os.getcwd())"
    done = capture(python(code), tmp_path, seconds=20, size=1_000)
    assert (done.code, done.out, done.err, done.stopped) == (0, b"\xff\0", str(tmp_path), "")


def test_the_environment_is_what_is_given(tmp_path):
    code = "import os; print(sorted(k for k in os.environ if k != 'LC_CTYPE'))"
    done = capture(python(code), tmp_path, seconds=20, size=1_000, environment={"A": "b"})
    assert done.out == b"['A']\n"


def test_a_program_that_is_missing_is_no_exception(tmp_path):
    done = capture(["no-such-program"], tmp_path, seconds=1, size=10)
    assert done.stopped == "missing" and done.code == 127


def test_past_its_time_it_is_ended_with_all_that_it_started(tmp_path):
    code = (
        "import subprocess, sys, time\n"
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(p.pid, flush=True); time.sleep(60)"
    )
    started = time.monotonic()
    done = capture(python(code), tmp_path, seconds=2, size=1_000)
    assert done.stopped == "time" and time.monotonic() - started < 15
    child = int(done.out)
    for _ in range(50):
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return
        state = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0]
        if state == "Z":  # nobody reaps it here, and it runs no more
            return
        time.sleep(0.1)
    raise AssertionError("its child lives on")


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_past_its_size_it_is_ended(tmp_path, stream):
    code = f"import sys\nwhile True: sys.{stream}.write('x' * 1000)"
    done = capture(python(code), tmp_path, seconds=20, size=5_000)
    assert done.stopped == "size"
    assert len(done.out if stream == "stdout" else done.err) == 5_000


def test_it_can_write_no_large_file(tmp_path):
    code = "open('big', 'wb').write(b'x' * 10_000_000)"
    done = capture(
        python(code), tmp_path, seconds=20, size=5_000, bounds=Bounds(file_size=1_000_000)
    )
    assert done.code != 0
    assert (tmp_path / "big").stat().st_size <= 1_000_000


def test_attend_gives_the_exit_code_and_the_signal():
    assert attend(python("raise SystemExit(3)")) == 3
    assert attend(python("import os; os.kill(os.getpid(), 9)")) == -signal.SIGKILL


def test_an_interruption_is_the_programs_while_it_runs():
    before = signal.getsignal(signal.SIGINT)
    code = f"import os, signal; os.kill({os.getpid()}, signal.SIGINT)"
    assert attend(python(code)) == 0
    assert signal.getsignal(signal.SIGINT) is before


def test_the_program_can_be_interrupted_itself():
    code = (
        "import os, signal\n"
        "try:\n    os.kill(os.getpid(), signal.SIGINT)\n    import time; time.sleep(5)\n"
        "except KeyboardInterrupt:\n    raise SystemExit(7)"
    )
    assert attend(python(code)) == 7
