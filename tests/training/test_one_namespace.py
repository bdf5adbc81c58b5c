"""Nothing of ART imports a namespace of Lightning but through `art.training.namespaces`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
ALLOWED = {"art/training/namespaces.py"}


def imported(tree: ast.AST) -> Iterator[str]:
    """Modules that a file imports when it runs, not those that type checkers alone see."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for other in node.orelse:
                yield from imported(other)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
        else:
            yield from imported(node)


def test_a_program_of_one_namespace_never_loads_the_other():
    files = [
        *ROOT.glob("art/**/*.py"),
        *ROOT.glob("registry/**/*.py"),
        *ROOT.glob("quickstart/*.py"),
    ]
    found = {
        str(file.relative_to(ROOT)): name
        for file in files
        for name in imported(ast.parse(file.read_text("utf8")))
        if name.partition(".")[0] in ("pytorch_lightning", "lightning")
    }
    assert len(files) > 300
    assert set(found) <= ALLOWED, found
