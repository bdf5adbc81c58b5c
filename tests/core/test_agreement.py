"""Code that a config names runs once the user has agreed to exactly these bytes."""

from __future__ import annotations

import os
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from art.core import code as loading
from art.core.agreed_code import read_code, run_agreed
from art.core.agreement import agree, is_agreed, was_agreed
from art.errors import CodeError, PathError


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder and state folder; what was imported from it is forgotten afterwards."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.setattr(loading, "_loaded", {})
    before = set(sys.modules)
    home = tmp_path / "home"
    home.mkdir()
    yield home
    for name in set(sys.modules) - before:
        del sys.modules[name]


def test_the_files_that_a_code_file_imports_are_agreed_to_as_well(folder):
    (folder / "case_a.py").write_text("import beside_a\nfrom parts_a import net\nimport json\n")
    (folder / "beside_a.py").write_text("VALUE = 1\n")
    (folder / "parts_a").mkdir()
    (folder / "parts_a" / "net.py").write_text("WIDTH = 3\n")
    (folder / "other.py").write_text("raise RuntimeError\n")
    files = read_code(folder, ["case_a.py"], "c.cfg")
    assert [file.path.name for file in files] == ["case_a.py", "beside_a.py", "net.py"]
    assert not any(map(is_agreed, files))
    agree(files)
    assert all(map(is_agreed, files))
    digests = run_agreed(files)
    assert digests == {str(f.path): sha256(f.path.read_bytes()).hexdigest() for f in files}
    assert sys.modules["case_a"].net.WIDTH == 3 and sys.modules["beside_a"].VALUE == 1


def test_other_bytes_and_another_place_are_not_agreed_to(folder):
    (folder / "case_b.py").write_text("X = 1\n")
    files = read_code(folder, ["case_b.py"], "c.cfg")
    agree(files)
    (folder / "case_b.py").write_text("X = 2\n")
    (changed,) = read_code(folder, ["case_b.py"], "c.cfg")
    assert not is_agreed(changed) and was_agreed(changed)
    (folder / "sub").mkdir()
    (folder / "sub" / "case_b.py").write_text("X = 1\n")
    (moved,) = read_code(folder / "sub", ["case_b.py"], "c.cfg")
    assert not is_agreed(moved) and not was_agreed(moved)


def test_what_is_remembered_is_the_users_alone(folder, tmp_path):
    (folder / "case_c.py").write_text("X = 1\n")
    (file,) = read_code(folder, ["case_c.py"], "c.cfg")
    agree([file])
    (entry,) = (tmp_path / "state").rglob("*.json")
    assert entry.stat().st_mode & 0o777 == 0o600
    assert entry.parent.stat().st_mode & 0o777 == 0o700
    assert file.sha256 in entry.name
    entry.write_text("[]")
    assert not is_agreed(file)


def test_what_was_read_runs_whatever_stands_in_the_file_by_then(folder):
    (folder / "case_d.py").write_text("import beside_d\nX = 1\n")
    (folder / "beside_d.py").write_text("Y = 1\n")
    files = read_code(folder, ["case_d.py"], "c.cfg")
    (folder / "case_d.py").write_text("raise RuntimeError('not agreed to')\n")
    (folder / "beside_d.py").write_text("raise RuntimeError('not agreed to')\n")
    run_agreed(files)
    assert (sys.modules["case_d"].X, sys.modules["beside_d"].Y) == (1, 1)


def test_bytecode_beside_a_file_is_not_run(folder):
    import importlib.util
    import py_compile

    (folder / "case_e.py").write_text("X = 'evil'\n")
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH  # which Python takes without a look
    py_compile.compile(str(folder / "case_e.py"), invalidation_mode=mode)
    assert Path(importlib.util.cache_from_source(str(folder / "case_e.py"))).exists()
    (folder / "case_e.py").write_text("X = 'sound'\n")
    run_agreed(read_code(folder, ["case_e.py"], "c.cfg"))
    assert sys.modules["case_e"].X == "sound"


def test_a_file_that_nobody_agreed_to_cannot_be_imported(folder):
    (folder / "no_such_library_f.py").write_text("raise RuntimeError('not agreed to')\n")
    (folder / "case_f.py").write_text(
        "import importlib\nname = 'no_such_library_f'\nimportlib.import_module(name)\n"
    )
    with pytest.raises(CodeError, match=r"case_f\.py:3.*ModuleNotFoundError"):
        run_agreed(read_code(folder, ["case_f.py"], "c.cfg"))


def test_files_that_are_not_beside_the_config_are_refused(folder, tmp_path):
    (tmp_path / "out.py").write_text("")
    (folder / "link.py").symlink_to(tmp_path / "out.py")
    with pytest.raises(PathError, match="link that leads out of the config's folder"):
        read_code(folder, ["link.py"], "c.cfg")
    (folder / "imports.py").write_text("import link\n")
    with pytest.raises(PathError, match="link that leads out"):
        read_code(folder, ["imports.py"], "c.cfg")
    (folder / "folder.py").mkdir()
    with pytest.raises(PathError, match="cannot be read"):
        read_code(folder, ["folder.py"], "c.cfg")
    os.mkfifo(folder / "pipe.py")
    with pytest.raises(PathError, match="this is a pipe, not a regular file"):
        read_code(folder, ["pipe.py"], "c.cfg")
    with pytest.raises(PathError, match=r"c\.cfg: \[project\] code names lnk\.py.*/link\.py'"):
        read_code(folder, ["lnk.py"], "c.cfg")
