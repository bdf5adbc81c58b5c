"""Loading the --code files that a user names."""

from __future__ import annotations

import sys

import pytest

from art.core.code import load_code
from art.core.files import sha256_file
from art.errors import CodeError, PathError


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Writes a file; what was imported from here is forgotten afterwards."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    before = set(sys.modules)

    def file(name: str, text: str):
        path = tmp_path / name
        path.write_text(text)
        return path

    yield file
    for name in set(sys.modules) - before:
        del sys.modules[name]


def test_a_file_is_run_once_and_its_neighbours_are_part_of_its_digest(write, tmp_path):
    neighbour = write("beside_it.py", "VALUE = 3\n")
    main = write("counts_itself.py", "import beside_it\nbeside_it.VALUE += 1\n")
    digests = load_code([main, str(main)])
    assert load_code([main]) == digests
    assert digests == {str(main): sha256_file(main), str(neighbour): sha256_file(neighbour)}
    assert sys.modules["beside_it"].VALUE == 4


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("import sys\n\nsys.exit(0)\n", ":3: the code file fails to load: SystemExit: 0"),
        ("x = 1\n1 / 0\n", ":2: the code file fails to load: ZeroDivisionError: division by zero"),
        ("def f(:\n", ":1:7: invalid syntax. The code file is not valid Python."),
        ("import nowhere_at_all\n", ":1: the code file fails to load: ModuleNotFoundError: "),
    ],
)
def test_a_file_that_does_not_load_is_told_with_its_line(write, text, says):
    path = write("broken_one.py", text)
    with pytest.raises(CodeError) as caught:
        load_code([path])
    assert caught.value.message.startswith(f"{path}{says}")
    assert "broken_one" not in sys.modules


def test_a_file_that_is_missing_is_a_mistake_of_the_path(tmp_path):
    with pytest.raises(PathError) as caught:
        load_code([tmp_path / "none.py"])
    assert caught.value.message == f"{tmp_path / 'none.py'}: no such code file."
