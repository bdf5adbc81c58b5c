"""What docs/use-the-model.md shows works: its files, its commands in order, its scripts."""

from __future__ import annotations

import ast
import csv
import json
import re
import subprocess
import sys

import pytest

import art
from tests.conftest import ROOT
from tests.test_config_docs import run

TEXT = (ROOT / "docs" / "use-the-model.md").read_text(encoding="utf-8")
FENCES = re.findall(r"^```(\w+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
FILES = {
    body.split("\n", 1)[0].removeprefix("# "): body.split("\n", 1)[1]
    for kind, body in FENCES
    if kind in ("ini", "csv", "python")
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the page's files, after all its commands."""
    pytest.importorskip("onnxruntime")
    path = tmp_path_factory.mktemp("use")
    for name, body in FILES.items():
        (path / name).write_text(body, encoding="utf-8")
    for (kind, body), (after, shown) in zip(FENCES, [*FENCES[1:], ("", "")], strict=True):
        if kind == "sh":
            printed = "".join(run(line, path) for line in body.splitlines())
            for line in shown.splitlines() if after == "text" else []:
                assert line in printed
    return path


def script(folder, name):
    done = subprocess.run(
        [sys.executable, name], cwd=folder, capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def predicted(folder):
    with (folder / "predicted.csv").open(newline="") as file:
        return [float(row["prediction"]) for row in csv.DictReader(file)]


def test_ten_lines_of_plain_torch_say_what_art_says(folder):
    statements = ast.parse(FILES["ten_lines.py"]).body  # a formatter may break their lines
    assert len(statements) == 10 and "art" not in FILES["ten_lines.py"]
    said = json.loads(script(folder, "ten_lines.py"))
    assert said == pytest.approx(predicted(folder), rel=1e-6)
    assert all(50 < value < 350 for value in said)  # the units of the target


def test_the_script_in_python_works(folder):
    assert f"{predicted(folder)[0]:.4f}"[:5] in script(folder, "in_python.py")


def test_the_readme_of_the_export_works_as_it_stands(folder, monkeypatch):
    export = folder / "patients-model"
    (export / "new.csv").write_text(FILES["new.csv"])
    monkeypatch.chdir(export)
    found = {}
    for block in re.findall(r"```python\n(.*?)```", (export / "README.md").read_text(), re.DOTALL):
        exec(block, found)  # noqa: S102 - what the reader is told to run
        assert found["predictions"].reshape(-1).tolist() == pytest.approx(
            predicted(folder), rel=1e-6
        )


def test_every_built_in_reader_is_described():
    art.validate(ROOT / "configs" / "digits.cfg")  # registers the parts
    assert {name for name in art.readers if name.startswith("art.")} == set(
        re.findall(r"`(art\.(?:Table|Array|Texts)\.v1)`", TEXT)
    )
