"""Exact resuming costs a step little. A busy machine is allowed for: the full form is exact."""

from __future__ import annotations

import pytest

from benchmarks.robustness import cost


@pytest.mark.slow
def test_a_step_costs_about_the_same():
    figure = cost.measure(cost.SMALL)
    assert figure.holds, figure.text
