"""What cannot be seen is known by Unicode's own data."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from art.errors import UNSEEN, printable
from art.reporting.text import clean

IGNORED = (
    0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), 0x3164, *range(0xFE00, 0xFE10),
    0xFFA0, *range(0xFFF0, 0xFFF9), *range(0xE0000, 0xE1000),
)  # fmt: skip
"""Default_Ignorable_Code_Point outside the category Cf: unicodedata does not have the property."""


def test_every_character_of_these_categories_is_unseen():
    missed = [
        f"U+{code:04X}"
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        and not UNSEEN.fullmatch(chr(code))
    ]
    assert missed == []
    assert all(UNSEEN.fullmatch(chr(code)) for code in IGNORED)


@pytest.mark.parametrize("text", ["żółw", "日本", "a b", "é", "naïve — “x”", "한글", "🙂"])
def test_what_can_be_seen_is_left_alone(text):
    assert printable(text) == text
    assert clean(text) == text


@pytest.mark.parametrize("letter", ["\u202e", "\u3164", "\u2800", "\ufe0f", "\u200d", "\x1b"])
def test_what_cannot_is_shown_as_an_escape(letter):
    assert letter not in clean(f"a{letter}b")
    assert letter not in printable(f"a{letter}b")
