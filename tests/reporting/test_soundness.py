"""The report of `art.check` in a terminal, in rich and in a notebook."""

from __future__ import annotations

from html.parser import HTMLParser
from io import StringIO

from rich.console import Console

from art.reporting.soundness import Soundness
from art.reporting.spans import Screen
from art.running.examination import Finding, Sound, StageExamination

FAULT = Finding("block", "a fault", "layer <0>", "it & that", "mend \x1b[31mit", "art.One.v1")
DOUBT = Finding("warn", "a doubt", "", "seen", "look", "art.Two.v1")
TABLE = {"not_judged": (("probe", "reason"), (("art.Three.v1", "nothing to see"),))}
FOUND = Soundness(
    "Net",
    (
        StageExamination("explore", findings=(DOUBT,), tables=TABLE),
        StageExamination("loss_at_init", "Net", (FAULT, FAULT), (Sound("art.Four.v1", ""),)),
    ),
    1.25,
)


def test_faults_come_before_suspicions_and_each_once():
    assert FOUND.findings == (FAULT, DOUBT)
    assert FOUND.faults == (FAULT,) and FOUND.suspicions == (DOUBT,)
    assert not FOUND.sound and FOUND.verdict == "1 fault, 1 suspicion"
    assert FOUND.not_judged == (("art.Three.v1", "nothing to see"),)


def test_it_shows_itself_as_plain_text_that_commands_no_terminal():
    text = str(FOUND)
    assert text == repr(FOUND)
    assert "\x1b" not in text and r"mend \x1b[31mit" in text
    assert [
        text.index(word) for word in ("a fault", "a doubt", "Four", "Three: nothing")
    ] == sorted(text.index(word) for word in ("a fault", "a doubt", "Four", "Three: nothing"))
    narrow = FOUND.render(Screen(40))
    assert max(map(len, narrow.splitlines())) <= 40


def test_rich_prints_it_in_colours():
    out = StringIO()
    Console(file=out, force_terminal=True, width=80).print(FOUND)
    assert "\x1b[" in out.getvalue() and "a fault" in out.getvalue()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_a_notebook_gets_html_that_is_closed_and_escaped():
    page = FOUND._repr_html_()
    reader = _Reader()
    reader.feed(page)
    assert not reader.open
    assert "layer <0>" in reader.text and "<0>" not in page
    assert "it & that" in reader.text and "\x1b" not in page
    assert "src=" not in page and "<script" not in page


def test_a_crash_is_not_sound_and_says_where():
    stage = StageExamination("loss_at_init", crashed="KeyError: 'x'", at="mine.py:3")
    found = Soundness("Net", (stage,))
    assert not found.sound and found.verdict == "1 crash"
    assert "KeyError: 'x'" in str(found) and "mine.py:3" in str(found)
    assert "mine.py:3" in found._repr_html_()
