"""What a code file registers, read without running it: Tab must run nobody's code, and neither
must a message."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from art.core.planted import read_planted
from art.registries import ALL

MAX_BYTES = 1_000_000
MOST_FILES = 1_000
"""Names of a folder that are looked at."""


@dataclass(frozen=True)
class Found:
    """A function or class that a file registers.

    Attributes:
        registry: the word after `@`.
        name: the registered name.
        settings: its parameters.
        doc: the first line of its docstring.
    """

    registry: str
    name: str
    settings: tuple[str, ...]
    doc: str


def registered_in(paths: Sequence[str]) -> list[Found]:
    """What files register with decorators whose name is a plain string; unreadable ones nothing."""
    return [found for path in paths for found in _registered(Path(path).expanduser())]


def files_that_register(registry: str, name: str, folder: Path) -> list[Path]:
    """The Python files of a folder that register a function, by name; none of them is run."""
    try:
        with os.scandir(folder) as entries:
            names = sorted(e.name for e in islice(entries, MOST_FILES) if e.name.endswith(".py"))
    except OSError:
        return []
    return [
        folder / file
        for file in names
        if any((f.registry, f.name) == (registry, name) for f in _registered(folder / file, name))
    ]


def _registered(path: Path, name: str = "") -> Iterator[Found]:
    """What a file registers. A file whose text lacks `name` is not parsed."""
    try:
        data = read_planted(path)
        if len(data) > MAX_BYTES or name.encode() not in data:
            return
        tree = ast.parse(data)
    except (OSError, ValueError, SyntaxError, RecursionError):  # nothing to offer from it
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            for decorator in node.decorator_list:
                registry, name = _decorated(decorator)
                if registry in ALL:
                    doc = (ast.get_docstring(node) or "").partition("\n")[0]
                    yield Found(registry, name, tuple(_settings(node, registry)), doc)


def _decorated(decorator: ast.expr) -> tuple[str, str]:
    """The registry and name of `@art.models("my_model.v1")`."""
    if not isinstance(decorator, ast.Call) or not decorator.args:
        return "", ""
    function, first = decorator.func, decorator.args[0]
    registry = getattr(function, "attr", getattr(function, "id", ""))
    name = first.value if isinstance(first, ast.Constant) else None
    return (registry, name) if isinstance(name, str) else ("", "")


def _settings(node: ast.FunctionDef | ast.ClassDef, registry: str) -> Iterator[str]:
    if isinstance(node, ast.ClassDef):
        made = [
            item
            for item in node.body
            if isinstance(item, ast.FunctionDef) and item.name == "__init__"
        ]
        if not made:
            return
        function, skipped = made[0], 1
    else:
        function, skipped = node, 0
    arguments = [*function.args.posonlyargs, *function.args.args][skipped:]
    for argument in (*arguments, *function.args.kwonlyargs):
        if argument.arg not in ALL[registry].given:
            yield argument.arg
