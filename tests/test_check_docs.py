"""What docs/check-your-module.md and the README show of `art.check` is what happens."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT

FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TEXT = (ROOT / "docs" / "check-your-module.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROGRAMS = [body for kind, body in FENCE.findall(TEXT) if kind == "python"]
SHOWN = [body for kind, body in FENCE.findall(TEXT) if kind == "text"]


def run(folder, name: str) -> str:
    done = subprocess.run(
        [sys.executable, name], cwd=folder, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return without_numbers(done.stdout)


def without_numbers(text: str) -> str:
    """Times, and the shares of a row, differ from machine to machine."""
    return re.sub(r"\(\d+(\.\d)? s\)|0\.\d+", "N", text)


@pytest.fixture
def folder(tmp_path):
    whole = [body for body in PROGRAMS if not body.startswith("# test_")]
    (tmp_path / "all.py").write_text("\n".join(whole), encoding="utf-8")
    (tmp_path / "program.py").write_text(whole[0], encoding="utf-8")
    test = next(body for body in PROGRAMS if body.startswith("# test_"))
    (tmp_path / "test_program.py").write_text(test, encoding="utf-8")
    return tmp_path


def test_the_blocks_of_the_page_run_in_order_and_print_what_is_shown(folder):
    printed = run(folder, "all.py")
    assert len(SHOWN) == 2
    for shown in SHOWN:
        assert without_numbers(shown) in printed
    left = {path.name for path in folder.iterdir()} - {"__pycache__", "xdg"}
    assert left == {"all.py", "program.py", "test_program.py"}


def test_the_test_of_the_page_passes_and_fails_without_what_it_allows(folder):
    pytest_of = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_program.py"]
    done = subprocess.run(pytest_of, cwd=folder, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout
    test = folder / "test_program.py"
    test.write_text(test.read_text().replace(', allow=["LossDomain"]', ""))
    done = subprocess.run(pytest_of, cwd=folder, capture_output=True, text=True, timeout=300)
    assert done.returncode == 1
    assert "this training program is not sound" in done.stdout
    assert "a softmax comes before cross_entropy" in done.stdout


def test_the_example_of_the_readme_prints_what_it_shows(tmp_path):
    blocks = FENCE.findall(README)
    at, body = next((i, b) for i, (_, b) in enumerate(blocks) if b.startswith("# check_mine.py"))
    (tmp_path / "check_mine.py").write_text(body, encoding="utf-8")
    shown = without_numbers(blocks[at + 1][1])
    # by words: where a line is broken depends on how many digits its numbers have
    printed = " ".join(run(tmp_path, "check_mine.py").split())
    assert printed.startswith(" ".join(shown.split()))
