"""Templates that would take all the time, memory or disk there is: a message, and nothing left."""

import json
import os
import pty
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from art.errors import UserError
from art.projects.making import make_project
from tests.conftest import ROOT

LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)
SETTINGS = {
    "aliases": (LAUGHS, "copier.yml: it stands for more than 10,000 values"),
    "itself": ("a: &a [*a]\n", "copier.yml: it stands for more than 10,000 values"),
    "digits": (f"a: {'1' * 5000}\n", "copier.yml: "),
    "date": ("a: 2001-99-99\n", "copier.yml: month must be in 1..12"),
    "nested": ("a: " + "[" * 100_000, "copier.yml: "),
}
LOOP = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
FILES = {
    "loop": ({"slow.txt.jinja": LOOP}, "slow.txt.jinja: it takes more than 10 s of computing"),
    "regex": (
        {"re.txt.jinja": "{{ ('a' * 40 ~ 'b') | regex_search('(a+)+$') }}"},
        "re.txt.jinja: it takes more than 10 s of computing",
    ),
    "memory": ({"big.txt.jinja": "{{ 'x' * 3000000000 }}"}, "it takes more memory"),
    "power": ({"n.txt.jinja": "{{ 9 ** (9 ** 9) }}"}, "n.txt.jinja: it takes more than 10 s"),
    "large": ({"big.txt.jinja": "{{ 'x' * 50000000 }}"}, "big.txt.jinja: it makes more than 20 MB"),
    "many": (
        {"{% yield n from range(5000) %}{{ n }}{% endyield %}.txt.jinja": "x"},
        "it makes more than 1,000 files",
    ),
    "much": (
        {
            "large.txt": "x" * 9_000_000,
            "{% yield n from range(900) %}{{ n }}{% endyield %}.txt.jinja": "{{ 'x' * 900000 }}",
        },
        "it makes more than 20 MB",
    ),
    "name": ({"{{ '../' * 3 }}x.txt.jinja": "x"}, "hostile"),
}


@pytest.fixture
def scratch(tmp_path, monkeypatch):
    """A folder for temporary files, to see that none is left."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


def refused(folder: Path, files: dict[str, str]) -> str:
    """What is said of a template; nothing is made."""
    template = folder / "hostile"
    for name, text in files.items():
        (template / name).parent.mkdir(parents=True, exist_ok=True)
        (template / name).write_text(text)
    begun = time.monotonic()
    with pytest.raises(UserError) as found:
        make_project(folder / "made", str(template), {})
    assert time.monotonic() - begun < 100
    assert not (folder / "made").exists()
    return found.value.message


@pytest.mark.parametrize("case", SETTINGS)
def test_settings_that_never_end(tmp_path, scratch, case):
    text, expected = SETTINGS[case]
    said = refused(tmp_path, {"copier.yml": text})
    assert f"template {tmp_path / 'hostile'}" in said and expected in said
    assert len(said) < 1000


@pytest.mark.parametrize("case", FILES)
def test_files_that_never_end(tmp_path, scratch, case):
    files, expected = FILES[case]
    said = refused(tmp_path, {"copier.yml": "name: x\n", **files})
    assert f"template {tmp_path / 'hostile'}" in said and expected in said
    assert len(said) < 1000


def test_a_question_that_never_ends(tmp_path, scratch):
    said = refused(tmp_path, {"copier.yml": f"kind:\n  type: str\n  default: '{LOOP}'\n", "a": "x"})
    assert "it takes more than 10 s of computing" in said


def test_where_time_alone_is_bounded(tmp_path, scratch, monkeypatch):
    """As on a system without `resource`, or whose child sleeps."""
    monkeypatch.setattr("art.projects.limited.SECONDS", 3)
    monkeypatch.setattr("art.core.process._limiter", lambda bounds: None)
    said = refused(tmp_path, {"copier.yml": "name: x\n", "slow.txt.jinja": LOOP})
    assert "slow.txt.jinja: it takes longer than 3 s" in said


def test_no_module_beside_a_template_or_in_the_folder_is_imported(tmp_path, scratch):
    template = tmp_path / "good"
    template.mkdir()
    (template / "copier.yml").write_text("name: x\n")
    for folder in (tmp_path, template):
        (folder / "yaml.py").write_text("raise SystemExit('planted')")
        (folder / "copier.py").write_text("raise SystemExit('planted')")
    done = subprocess.run(
        [sys.executable, "-c", "from art.cli.app import main; main()", "init", "project", "made",
         "--template", str(template), "--yes"],
        cwd=tmp_path, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "made" / ".art" / "project.json").read_text())["schema"] == 1


def test_questions_are_still_asked_on_a_terminal(tmp_path, scratch):
    template = tmp_path / "asking"
    template.mkdir()
    (template / "copier.yml").write_text("name:\n  type: str\n  help: What is it called?\n")
    (template / "name.txt.jinja").write_text("{{ name }}")
    outer, inner = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "art", "init", "project", "made", "--template", str(template)],
        cwd=tmp_path, stdin=inner, stdout=inner, stderr=inner, start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"},
    )  # fmt: skip
    os.close(inner)
    shown = b""
    answered = False
    while True:
        try:
            piece = os.read(outer, 65536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
        if b"called?" in shown and not answered:
            answered = True
            time.sleep(0.5)
            os.write(outer, b"Zeta\r")
    assert process.wait(60) == 0, shown.decode(errors="replace")
    assert (tmp_path / "made" / "name.txt").read_text().endswith("Zeta")
