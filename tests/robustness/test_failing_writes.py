"""Writes, syncs and renames of stages that fail: the small form of `make robust-failing_writes`."""

import shutil

import pytest

from benchmarks.robustness import failing_writes


@pytest.mark.skipif(shutil.which("gcc") is None, reason="needs gcc to preload a failing disk")
def test_a_failing_write_costs_no_record_and_is_told_in_one_line():
    figure = failing_writes.measure(failing_writes.SMALL)
    assert figure.holds, figure.faults
    assert figure.text.startswith(f"{failing_writes.SMALL} failures of ")
    assert " 0 told" not in figure.text
