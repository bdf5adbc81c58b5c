"""Numbers, times and untrusted words."""

from __future__ import annotations

import math
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from art.reporting.text import cells, clean, cut, duration, number, wrap


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.955551, "0.9556"),
        (2.302585, "2.303"),
        (1.0, "1"),
        (1257.0, "1257"),
        (12345.6, "12346"),
        (1e-5, "1e-05"),
        (3.2e12, "3.2e+12"),
        (-0.00012345, "-0.0001234"),
        (math.nan, "nan"),
        (-math.inf, "-inf"),
        (None, "-"),
        ("no\x1b[31m", "no\\x1b[31m"),
    ],
)
def test_numbers_have_four_digits(value: float | str | None, shown: str) -> None:
    assert number(value) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0.0 s"),
        (3.14, "3.1 s"),
        (9.96, "10 s"),
        (59.6, "1 min 00 s"),
        (185, "3 min 05 s"),
        (3599.7, "1 h 00 min"),
        (7500, "2 h 05 min"),
        (math.nan, "-"),
        (-1, "-"),
    ],
)
def test_durations_are_for_people(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown


@given(st.text())
def test_nothing_in_a_text_can_command_the_terminal(text: str) -> None:
    assert all(unicodedata.category(c)[0] != "C" for c in clean(text))
    assert "\n" not in clean(text)
    assert clean(text, unicode=False).isascii()


def test_letters_stay_and_escapes_show() -> None:
    assert clean("żółw 猫") == "żółw 猫"
    assert clean("a\x1b[2Jb\u202ec\x07") == "a\\x1b[2Jb\\u202ec\\x07"
    assert clean("a\u00a0b") == "a b"


@given(st.text(max_size=40), st.integers(0, 30))
def test_a_cut_text_fits(text: str, width: int) -> None:
    for unicode in (True, False):
        safe = clean(text, unicode)
        assert cells(cut(safe, width, unicode)) <= width
        if cells(safe) <= width:
            assert cut(safe, width, unicode) == safe


@given(st.text(alphabet="ab \n猫é", max_size=80), st.integers(2, 20))
def test_wrapped_lines_fit_and_lose_no_letter(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(cells(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
