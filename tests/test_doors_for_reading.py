"""What others may have written is opened by one door: `art.core.planted` and what stands on it.

A plain `open` waits for a pipe, reads a device until the memory is full, and follows any link.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

GUARDED = (
    "art/store", "art/hub", "art/projects", "art/config", "art/reporting", "art/running",
    "art/core", "art/api", "art/cli", "art/prediction", "art/training", "registry/data",
    "registry/stages", "registry/readers", "registry/probes", "registry/tasks", "registry/models",
    "registry/checks",
)  # fmt: skip

METHODS = {"open", "read_text", "read_bytes", "fdopen", "copy", "copyfile", "copytree", "FileIO"}
"""Of whatever they are called on: `Path.read_text`, `os.open`, `gzip.open`, `shutil.copy`."""

SHUTIL = {"copy", "copyfile", "copytree"}

ALLOWED = {
    "art/core/planted.py": "the door itself",
    "art/core/files.py": "atomic_write: the temporary file that it made, and folders to sync",
    "art/cli/streams.py": "/dev/null, in place of a closed stream",
    "art/store/locking.py": "is_held: with the door's flags, which wait for nothing",
    "art/hub/fetching/git.py": "the settings of a repository that it has just made",
    "art/core/memory.py": "the kernel's own files on memory",
    "art/running/capacity.py": "the kernel's own files on memory",
    "art/hub/index.py": "the index that is installed with ART",
    "art/projects/sources.py": "the templates that are installed with ART",
    "art/projects/rendering.py": "a copy of a template that `look_at` has gone through",
    "art/training/module_logger/recorder.py": "a file that the user's own module logs",
    "registry/data/carried.py": "the data that is installed with ART",
    "registry/data/arrays.py": "NumPy on a file that the door has opened",
    "registry/readers/array.py": "NumPy on a file that the door has opened",
    "registry/readers/_pictures.py": "Pillow on a file that the door has opened",
}
"""Files with a call of their own, each with the reason."""


def plain_reads(text: str) -> Iterator[str]:
    """Calls that open a file, a line each."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        if (isinstance(function, ast.Name) and function.id in {"open", "FileIO"}) or ast.unparse(
            function
        ) in {"np.load", "numpy.load"}:
            yield f"{node.lineno}: {ast.unparse(function)}"
        elif isinstance(function, ast.Attribute) and function.attr in METHODS:
            owner = ast.unparse(function.value)
            if function.attr not in SHUTIL or owner == "shutil":
                yield f"{node.lineno}: {owner}.{function.attr}"


def guarded() -> list[Path]:
    return [path for folder in GUARDED for path in sorted((ROOT / folder).rglob("*.py"))]


@pytest.mark.parametrize(
    "line", ["open(p)", "p.open('rb')", "p.read_text()", "Path(p).read_bytes()", "io.open(p)",
             "json.load(open(p))", "os.open(p, 0)", "shutil.copy(p, q)", "FileIO(p)",
             "np.load(p)", "gzip.open(p)", "io.FileIO(p)"],
)  # fmt: skip
def test_every_way_to_open_a_file_is_seen(line):
    assert list(plain_reads(line))
    assert not list(plain_reads("read_text(p); values.copy(); copy.copy(x); open_planted(p)"))


def test_no_file_is_opened_past_the_door():
    found = {
        path.relative_to(ROOT).as_posix(): [*plain_reads(path.read_text(encoding="utf-8"))]
        for path in guarded()
    }
    opening = {name: calls for name, calls in found.items() if calls}
    assert len(found) > 250
    assert {name: calls for name, calls in opening.items() if name not in ALLOWED} == {}
    assert ALLOWED.keys() - opening.keys() == set(), "no longer needed: take it off the list"
