"""Finds the local modules that a Python file imports, without running anything."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from art.core.planted import read_planted

BY_NAME = ("import_module", "__import__", "run_path", "run_module")
"""Functions that run a module whose name they are given."""


def local_imports(file: Path) -> set[Path]:
    """Every .py file in the file's folder, or below it, that it imports, or that one of those does.

    Imports inside functions count like those at the top: such a module is loaded only when the
    function runs, but what the program does depends on it all the same. A name that
    `importlib.import_module` is given counts where it is written out. A file that cannot be read
    as Python imports nothing here; loading it says what is wrong.
    """
    root = file.parent
    found: set[Path] = set()
    waiting = [file]
    while waiting:
        here = waiting.pop()
        for path in _imported(here, root):
            if path not in found and path != file:
                found.add(path)
                waiting.append(path)
    return found


def _imported(file: Path, root: Path) -> Iterator[Path]:
    try:
        tree = ast.parse(read_planted(file))
    except (SyntaxError, ValueError, OSError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _files(root, alias.name.split("."))
        elif isinstance(node, ast.ImportFrom):
            base = file.parents[node.level - 1] if node.level else root
            if node.level >= len(file.parents) or not base.is_relative_to(root):
                continue
            parts = node.module.split(".") if node.module else []
            yield from _files(base, parts)
            for alias in node.names:  # what is imported may itself be a module
                yield from _files(base, [*parts, alias.name])
        elif isinstance(node, ast.Call) and _name_of(node.func) in BY_NAME and node.args:
            name = node.args[0]
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                yield from _files(root, name.value.strip(".").split("."))


def _name_of(function: ast.expr) -> str:
    """`import_module` of `importlib.import_module`."""
    return getattr(function, "attr", "") or getattr(function, "id", "")


def _files(base: Path, parts: list[str]) -> Iterator[Path]:
    """The files that importing a dotted name runs: its packages' and its own."""
    for length in range(1, len(parts) + 1):
        place = base.joinpath(*parts[:length])
        for path in (place / "__init__.py", place.with_name(place.name + ".py")):
            if path.is_file():
                yield path
