"""Canaries planted by every way in come out nowhere: `make robust-canaries`."""

from benchmarks.robustness import canaries


def test_no_canary_comes_out():
    figure = canaries.measure(canaries.SMALL)
    assert figure.holds, figure.faults
    assert figure.text.startswith("0 of 2")
