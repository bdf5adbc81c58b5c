"""What a --code file registers, read without running it: Tab must run nobody's code."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from art.registries import ALL

MAX_BYTES = 1_000_000


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


def _registered(path: Path) -> Iterator[Found]:
    try:
        if path.stat().st_size > MAX_BYTES:
            return
        tree = ast.parse(path.read_text(encoding="utf-8"))
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
