"""A link or a pipe in a store is never written through."""

from __future__ import annotations

import contextlib
import os

import pytest

from art.core.files import atomic_write
from art.core.planted import open_to_append
from art.running.run_log import RunLog
from art.store.index import append_run
from art.store.journal import note_opened

WRITERS = {
    "runs.jsonl": lambda folder: append_run(folder, "0001-x", "$(touch X)"),
    "journal.jsonl": lambda folder: note_opened(folder, "01-explore/0001-x"),
    "log.txt": lambda folder: RunLog(folder / "log.txt").line("a line"),
}


@pytest.mark.parametrize("name", WRITERS)
def test_no_line_is_added_to_what_a_link_leads_to(tmp_path, name):
    profile = tmp_path / "profile"
    profile.write_text("mine\n")
    folder = tmp_path / "store"
    folder.mkdir()
    (folder / name).symlink_to(profile)
    with contextlib.suppress(OSError):  # said by the store, which calls it
        WRITERS[name](folder)
    assert profile.read_text() == "mine\n"


@pytest.mark.parametrize("name", WRITERS)
def test_a_pipe_is_not_waited_for(tmp_path, name):
    os.mkfifo(tmp_path / name)
    with contextlib.suppress(OSError):
        WRITERS[name](tmp_path)
    with pytest.raises(OSError, match="not a regular file"):
        open_to_append(tmp_path / name)


def test_lines_are_added_to_a_file(tmp_path):
    for _ in range(2):
        with open_to_append(tmp_path / "f") as file:
            file.write(b"line\n")
    assert (tmp_path / "f").read_bytes() == b"line\n" * 2


def test_a_private_file_stays_private(tmp_path):
    config = tmp_path / "private.cfg"
    config.write_text("a")
    config.chmod(0o600)
    atomic_write(config, "b")
    assert config.stat().st_mode & 0o777 == 0o600
    mask = os.umask(0o077)
    try:
        atomic_write(tmp_path / "new.cfg", "c")
    finally:
        os.umask(mask)
    assert (tmp_path / "new.cfg").stat().st_mode & 0o777 == 0o600
