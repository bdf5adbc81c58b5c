"""Runs that are killed at random end as if they never had been."""

from __future__ import annotations

import sys

import pytest

from benchmarks.robustness import kills


@pytest.mark.skipif(sys.platform != "linux", reason="children are watched by pidfd")
@pytest.mark.parametrize("times", [40, pytest.param(kills.SMALL, marks=pytest.mark.slow)])
def test_kills_make_no_difference(times):
    figure = kills.measure(times)
    assert figure.holds, "\n".join([figure.text, *figure.faults])
