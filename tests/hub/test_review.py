"""The review: what is closed in the editor is what counts, and no text is ever lost."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from art.errors import ConfigError, Fault, HubError, Location
from art.hub.review import Proposal, review, stripped

TEXT = "# mine\n[a]\nx = 1\n"
SCRIPT = """#!{python}
import os, pathlib, signal, sys
file = pathlib.Path(sys.argv[-1])
count = pathlib.Path({count!r})
turn = int(count.read_text()) if count.exists() else 0
count.write_text(str(turn + 1))
(count.parent / f"seen{{turn}}").write_bytes(file.read_bytes())
text = file.read_text()
{body}
"""


@pytest.fixture
def editor(home, monkeypatch):
    """Makes the user's editor of a few lines of Python; each turn's file is kept as `seenN`."""
    for stream in ("stdin", "stdout"):
        monkeypatch.setattr(getattr(sys, stream), "isatty", lambda: True)

    def make(body: str) -> None:
        file = home / "editor"
        text = SCRIPT.format(python=sys.executable, count=str(home / "count"), body=body)
        file.write_text(text)
        file.chmod(0o755)
        monkeypatch.setenv("ART_EDITOR", str(file))

    return make


def faults_of(text: str) -> list[Fault]:
    at = Location("a.cfg", 3, 1)
    return [Fault("x must be a number.", "a", at, "    x = odd\n    ^")] if "odd" in text else []


def run(text: str = TEXT, header: tuple[str, ...] = ("from nowhere",), said: list | None = None):
    told = [] if said is None else said
    return review(Proposal(Path("a.cfg"), text, header), faults_of, accept=False, say=told.append)


def left(home: Path) -> list[Path]:
    """What is left of reviews."""
    return [path for path in (home / "state").rglob("*") if path.is_file()]


def test_to_close_it_as_it_is_accepts_it_to_the_byte(home, editor):
    editor("")
    text = "# ż\r\n[a]\r\nx = 1"
    assert run(text) == text
    seen = (home / "seen0").read_bytes().decode()
    assert seen.startswith("#: from nowhere\n#:\n#: Save and close") and seen.endswith(text)
    assert left(home) == [] and list((home / "state" / "art" / "reviews").iterdir()) == []


def test_what_was_edited_is_what_comes_back(home, editor):
    editor("file.write_text(text.replace('x = 1', 'x = 2'))")
    assert run() == TEXT.replace("1", "2")


def test_only_the_lines_of_the_review_are_taken_out():
    assert stripped("#: a\n  #! b\n# c\n#d\nx = '#: e'\n") == "# c\n#d\nx = '#: e'\n"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("file.write_text('')", "the file is empty"),
        ("file.write_text('\\n#: only comments of the review\\n  \\n')", "the file is empty"),
        ("file.unlink()", "the file is empty"),
        ("sys.exit(3)", "failed with exit code 3"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "ended by signal 9"),
    ],
)
def test_to_give_up_changes_nothing(home, editor, body, why):
    editor(body)
    with pytest.raises(HubError, match=f"{why}; nothing was changed") as refused:
        run()
    assert "\n" not in refused.value.message and left(home) == []


@pytest.mark.parametrize(
    "body",
    [
        "file.write_text(text.replace('x = 1', 'x = 2')); sys.exit(1)",
        "file.write_text(text.replace('x = 1', 'x = 2')); os.kill(os.getpid(), 9)",
        "file.write_bytes(text.replace('x = 1', 'x = 2').encode() + b'\\xff')",
        "file.write_text(text.replace('x = 1', 'x = odd2' if not turn else 'x = 2')) if not turn "
        "else file.write_text('')",
    ],
)
def test_what_was_typed_is_kept_and_its_place_is_said(home, editor, body):
    editor(body)
    with pytest.raises(HubError, match="text is in ") as refused:
        run()
    place = Path(refused.value.message.rpartition("text is in ")[2])
    assert place.read_bytes().count(b"2\n") == 1
    assert left(home) == [place] and place.parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("leaves", "what"),
    [
        ("os.mkfifo(file)", "a pipe"),
        ("file.symlink_to('/dev/zero')", "a device"),
        (
            "import socket; socket.socket(socket.AF_UNIX).bind('s'); os.rename('s', file)",
            "a socket",
        ),
    ],
)
@pytest.mark.parametrize("end", ["", "; sys.exit(1)"])
def test_what_an_editor_leaves_may_be_no_file(home, editor, leaves, what, end):
    """A pipe would be waited for, and a device would fill the memory."""
    editor(f"file.unlink(); {leaves}{end}")
    why = "failed with exit code 1" if end else f"cannot be read: this is {what}, not a regular"
    with pytest.raises(HubError, match=why):
        run()
    assert list((home / "state" / "art" / "reviews").iterdir()) == []


def test_a_text_that_is_too_large_to_be_read_is_kept(home, editor):
    editor("os.truncate(file, 65 << 20)")
    with pytest.raises(HubError, match=r"larger than 64 MB.* Your text is in ") as refused:
        run()
    assert Path(refused.value.message.rpartition("text is in ")[2]).stat().st_size == 65 << 20


def test_what_a_killed_editor_leaves_beside_is_kept(home, editor):
    editor("(file.parent / '.a.cfg.swp').write_text('typed'); os.kill(os.getpid(), 9)")
    with pytest.raises(HubError, match=r"left \.a\.cfg\.swp in"):
        run()
    assert [path.name for path in left(home)] == ["a.cfg", ".a.cfg.swp"] or len(left(home)) == 2


def test_mistakes_come_back_on_top_until_they_are_put_right(home, editor):
    editor(
        "new = ['x = odd1', 'x = odd2', 'x = 5'][turn]\n"
        "file.write_text('\\n'.join(new if l.startswith('x =') else l for l in text.split('\\n')))"
    )
    assert run() == TEXT.replace("1", "5")
    for turn in (1, 2):
        seen = (home / f"seen{turn}").read_text()
        assert seen.startswith("#! Put these right")
        assert "#! a.cfg:3:1: [a] x must be a number.\n#!     x = odd\n#!     ^\n" in seen
        assert f"x = odd{turn}" in seen and seen.count("#! Put") == 1
    assert left(home) == []


def test_a_proposal_with_mistakes_shows_them_at_once(home, editor):
    editor("")
    with pytest.raises(HubError, match="closed with its mistakes as they were"):
        run(TEXT.replace("1", "odd"))
    assert (home / "count").read_text() == "1" and left(home) == []
    assert "x must be a number" in (home / "seen0").read_text()


def test_lines_of_the_header_cannot_break_out_of_it(home, editor):
    editor("")
    assert run(header=("one\nx = evil\x1b[2J",)) == TEXT
    assert r"#: one\nx = evil\x1b[2J" in (home / "seen0").read_text()


def test_without_a_terminal_it_is_refused(home, monkeypatch):
    monkeypatch.setenv("ART_EDITOR", "true")
    with pytest.raises(HubError, match=r"no terminal to show it on\. --yes accepts it unseen"):
        run()


def test_accepted_unseen_it_must_be_without_mistakes(home):
    proposal = Proposal(Path("a.cfg"), TEXT)
    assert review(proposal, faults_of, accept=True, say=print) == TEXT
    with pytest.raises(ConfigError, match="must be a number"):
        review(Proposal(Path("a.cfg"), "x = odd"), faults_of, accept=True, say=print)


def test_where_the_text_is_is_said_before_it_is_opened(home, editor):
    editor("")
    said: list[str] = []
    run(said=said)
    assert said[0].startswith("reviewing a.cfg in ") and str(home / "state") in said[0]
