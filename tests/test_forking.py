"""A command in a fork says and does what it says and does in a process of its own."""

from __future__ import annotations

import os
import sys

import pytest

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or "ART_TESTS_FRESH" in os.environ, reason="nothing is forked here"
)


@pytest.mark.parametrize(
    "words",
    [
        ("list", "checks"),
        ("train", "nowhere.cfg"),
        ("debug", "model", "broken.cfg"),
        ("no-such-command",),
    ],
)
def test_output_and_exit_code_are_the_same(art_command, art_process, tmp_path, words):
    (tmp_path / "broken.cfg").write_text("[project\nname = 1\n")
    forked, fresh = art_command(*words), art_process(*words)
    assert (forked.returncode, forked.stdout, forked.stderr) == (
        fresh.returncode, fresh.stdout, fresh.stderr
    )  # fmt: skip
    assert forked.stdout + forked.stderr


def test_each_command_has_its_own_folder_and_environment(art_command, tmp_path):
    (tmp_path / "said.py").write_text(
        "import os\nprint(os.getcwd(), os.environ.get('MINE'), 'art' in __import__('sys').modules)"
    )
    words = ("list", "models", "--code", "said.py")
    assert f"{tmp_path} one True" in art_command(*words, MINE="one").stdout
    assert f"{tmp_path} None True" in art_command(*words).stdout


def test_a_fork_begins_without_art_and_with_torch(fork_server, tmp_path):
    program = "import sys; print('torch' in sys.modules, 'art' in sys.modules)"
    (tmp_path / "art.py").write_text(program)  # found first: the folder stands first on the path
    done = fork_server.run([], tmp_path, {}, timeout=60)
    assert (done.returncode, done.stdout) == (0, "True False\n"), done.stderr
