"""A text of megabytes is cut before it is wrapped."""

from __future__ import annotations

import time

from art.reporting.text import LONGEST, wrap


def test_ten_megabytes_take_no_time():
    began = time.process_time()
    lines = wrap("x" * 10_000_000, 70)
    assert time.process_time() - began < 2
    assert "9,980,000 characters more" in " ".join(lines)
    assert sum(map(len, lines)) < LONGEST + 100
