"""Kills of concurrent writers of a store: the small form of `make robust-writers`."""

from benchmarks.robustness import writers


def test_what_a_killed_writer_was_told_is_written_is_there():
    figure = writers.measure(writers.SMALL)
    assert figure.holds, figure.faults
    assert "0 numbers twice" in figure.text
