"""What a file imports is found without running it."""

from __future__ import annotations

from art.core.imports import local_imports

MAIN = """
import json, near
import pack.deep as deep
from pack import side
from . import beside

def late():
    from inside import thing
    import numpy
    importlib.import_module("named")
    __import__("pack.by_name")
    importlib.import_module(chosen)
"""


def test_local_modules_are_found_wherever_they_are_imported(tmp_path):
    files = {
        "main.py": MAIN, "near.py": "import further", "further.py": "import near",
        "pack/__init__.py": "", "pack/deep.py": "from .. import top\nfrom . import side",
        "pack/side.py": "", "top.py": "", "named.py": "", "pack/by_name.py": "",
        "inside.py": "def (", "beside.py": "",
        "unused.py": "raise SystemExit", "json.txt": "",
    }  # fmt: skip
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    found = {path.relative_to(tmp_path).as_posix() for path in local_imports(tmp_path / "main.py")}
    assert found == {name for name in files if name.endswith(".py")} - {"main.py", "unused.py"}


def test_nothing_outside_the_folder_is_found(tmp_path):
    (tmp_path / "outside.py").write_text("")
    (tmp_path / "in").mkdir()
    main = tmp_path / "in" / "main.py"
    main.write_text("from .. import outside\nfrom .... import outside\nimport outside")
    assert local_imports(main) == set()
