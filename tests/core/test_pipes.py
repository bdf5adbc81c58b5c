"""A pipe where a file is expected is refused, and not waited for."""

from __future__ import annotations

import os

import pytest

from art.core.files import read_text
from art.core.imports import local_imports
from art.errors import PathError
from art.store.locking import LOCK, is_held


def test_a_text_is_not_read_from_a_pipe(tmp_path):
    os.mkfifo(tmp_path / "case.py")
    with pytest.raises(PathError, match=r"case\.py: cannot be read"):
        read_text(tmp_path / "case.py", "code file")
    assert local_imports(tmp_path / "case.py") == set()


def test_a_folder_is_said_to_be_one(tmp_path):
    with pytest.raises(PathError, match="this is a folder, not a code file"):
        read_text(tmp_path, "code file")


def test_a_lock_that_is_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / LOCK)
    assert is_held(tmp_path) in (True, False)


def test_a_device_is_not_read(tmp_path):
    (tmp_path / "zero").symlink_to("/dev/zero")
    with pytest.raises(PathError, match="cannot be read"):
        read_text(tmp_path / "zero")
