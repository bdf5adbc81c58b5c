"""Runs that are killed at random end as if they never had been."""

from __future__ import annotations

import sys

import pytest

from benchmarks.robustness import kills


@pytest.mark.skipif(sys.platform != "linux", reason="children are watched by pidfd")
def test_a_hundred_kills_make_no_difference():
    figure = kills.measure(kills.SMALL)
    assert figure.holds, "\n".join([figure.text, *figure.faults])
