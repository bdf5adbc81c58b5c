"""Configs through real pipes: nothing but the config on stdout, to the byte."""

import os
import re
import subprocess
import sys

import pytest

from tests.cli.terminals import on_terminal
from tests.conftest import ROOT

ART = f"{sys.executable} -m art"
SHORT = '[data]\n@data = "art.Digits.v1"\n[model]\n@models = "art.CNN.v1"\n# żółw\n'


def shell(line, folder, given=b"", **environment):
    """Runs a line of the shell as a user types it; a failing part fails the whole."""
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", line.replace("art ", f"{ART} ")],
        cwd=folder, input=given, capture_output=True, timeout=120,
        env={**os.environ, "XDG_CONFIG_HOME": str(folder / "xdg"), **environment},
    )  # fmt: skip


def test_a_config_goes_through_three_commands(tmp_path):
    done = shell("art init config - | art fill-config - - | art debug config -", tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    lines = done.stdout.decode().splitlines()
    assert lines[0] == "<stdin>: no mistakes"
    assert "Stages  7 to do" in lines


def test_what_init_writes_is_complete_already(tmp_path):
    done = shell("art init config - > a.cfg && art fill-config - < a.cfg > b.cfg", tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert (tmp_path / "a.cfg").read_bytes() == (tmp_path / "b.cfg").read_bytes()
    assert (tmp_path / "a.cfg").read_bytes().startswith(b"# Image classification with ART.\n")


def test_train_and_config_json_read_stdin(tmp_path):
    config = 'printf \'[project]\nname = "piped"\nstages = ["explore"]\n\' | cat - short.cfg'
    (tmp_path / "short.cfg").write_text(SHORT, encoding="utf-8")
    dry = shell(f"{config} | art train - --dry-run", tmp_path)
    assert dry.stdout == b"run   1 explore: no record yet\n"
    done = shell(f"{config} | art train -", tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "runs" / "piped" / "01-explore").is_dir()
    again = shell(f"{config} | art train -", tmp_path)
    assert b"skipped, up to date" in again.stderr
    form = shell(f"{config} | art config json -", tmp_path)
    assert form.returncode == 0 and b'"piped"' in form.stdout


def test_a_system_config_in_the_working_directory_counts(tmp_path):
    (tmp_path / "system.cfg").write_text("[system]\nnum_workers = 3\n")
    done = shell("art init config - | art debug config - --origin", tmp_path)
    assert b"num_workers = 3" in done.stdout and b"system.cfg:2:1" in done.stdout


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-16"])
def test_bytes_come_out_as_they_went_in(tmp_path, encoding):
    given = b"\xef\xbb\xbf" + SHORT.replace("\n", "\r\n").encode()
    done = shell("art fill-config -", tmp_path, given, PYTHONIOENCODING=encoding, LC_ALL="C")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"\xef\xbb\xbf[project]\r\n")
    assert "# żółw\r\n".encode() in done.stdout
    assert done.stdout.count(b"\n") == done.stdout.count(b"\r\n") > 100
    left = iter(done.stdout.splitlines())
    assert all(line.removeprefix(b"\xef\xbb\xbf") in left for line in given.splitlines()[1:])
    (tmp_path / "a.cfg").write_bytes(given)
    filled = shell("art fill-config a.cfg b.cfg", tmp_path)
    assert filled.returncode == 0
    name = b'name = "%b"\r\n'
    written = (tmp_path / "b.cfg").read_bytes()
    assert written == done.stdout.replace(name % b"stdin", name % b"a")


def test_mistakes_are_located_in_stdin_and_leave_stdout_alone(tmp_path):
    for command in ("fill-config -", "debug config -", "train -"):
        done = shell(f"art {command}", tmp_path, SHORT.replace("data]", "dta]", 1).encode())
        assert (done.returncode, done.stdout) == (2, b"")
        assert done.stderr.startswith(b"<stdin>:1:1: unknown section [dta]. Did you mean 'data'?\n")
        done = shell(f"art {command}", tmp_path, b"[data]\nx = \xff\n")
        assert (done.returncode, done.stdout) == (2, b"")
        assert done.stderr.startswith(b"<stdin>:2:5: byte 0xff is not UTF-8")


def test_a_diff_is_plain_in_a_pipe_and_a_patch_that_patch_takes(tmp_path):
    (tmp_path / "base.cfg").write_text(SHORT, encoding="utf-8")
    line = "art fill-config base.cfg --diff > base.diff && art fill-config base.cfg full.cfg"
    assert shell(line, tmp_path).returncode == 0
    patch = (tmp_path / "base.diff").read_text(encoding="utf-8")
    assert "\x1b" not in patch
    assert not [line for line in patch.splitlines()[2:] if line.startswith("-")]
    done = shell("patch -s -o patched.cfg base.cfg base.diff", tmp_path)
    if done.returncode == 127:
        pytest.skip("there is no patch on this machine")
    assert (tmp_path / "patched.cfg").read_bytes() == (tmp_path / "full.cfg").read_bytes()
    nothing = shell("art fill-config full.cfg --diff", tmp_path)
    assert (nothing.stdout, nothing.stderr) == (b"", b"full.cfg is complete already\n")
    assert shell("art fill-config full.cfg full.cfg", tmp_path).stderr == nothing.stderr


def test_colours_are_for_terminals_and_no_color_is_honoured(tmp_path):
    config = ROOT / "configs" / "digits.cfg"
    commands = [
        ("fill-config", config, "--diff"), ("debug", "config", config),
        ("debug", "config", config, "--origin"), ("list", "checks"),
    ]  # fmt: skip
    for command in commands:
        shown = on_terminal(*command, cwd=tmp_path)
        plain = on_terminal(*command, cwd=tmp_path, NO_COLOR="1")
        assert "\x1b[" in shown and "\x1b" not in plain
        assert re.sub(r"\x1b\[[0-9;]*m", "", shown) == plain
    added = "\x1b[32m+label_smoothing = 0.0\x1b[0m\n"
    assert added in on_terminal("fill-config", config, "--diff", cwd=tmp_path)


@pytest.mark.parametrize("columns", [80, 120])
def test_no_line_is_wider_than_the_terminal(tmp_path, columns):
    config = ROOT / "configs" / "fashion_mnist.cfg"
    for command in (
        ("debug", "config", config, "--paths.data=nowhere"), ("list", "data"), ("list", "checks"),
        ("--help",), ("init", "config", "--help"),
    ):  # fmt: skip
        shown = on_terminal(*command, cwd=tmp_path, columns=columns, NO_COLOR="1")
        assert len(shown.splitlines()) > 5
        assert max(map(len, shown.splitlines())) <= columns
