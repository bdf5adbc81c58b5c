"""How many samples fit: measured, and never by trying what cannot be expected to fit."""

from __future__ import annotations

import subprocess
import sys

import pytest

from art import api
from art.errors import UserError
from art.running.capacity import largest, measure


class Memory:
    """A machine on which a step takes 100 bytes and 10 a sample; remembers what was tried."""

    def __init__(self, ends: int = 10**9, a_sample: int = 10) -> None:
        self.tried: list[int] = []
        self._ends, self._a_sample = ends, a_sample

    def __call__(self, size: int) -> int:
        self.tried.append(size)
        if size > self._ends:
            raise MemoryError
        return 100 + self._a_sample * size


def test_a_batch_of_16_where_8_fit_becomes_8():
    assert largest(Memory(), 16, budget=180) == 8


@pytest.mark.parametrize("budget", range(140, 400, 7))
def test_it_is_the_most_that_fits_and_nothing_larger_was_tried(budget):
    memory = Memory()
    found = largest(memory, 24, budget)
    assert found == (None if budget >= 340 else (budget - 100) // 10)
    assert all(100 + 10 * size <= budget for size in memory.tried if size > 4)


def test_a_whole_batch_that_fits_needs_no_limit():
    assert largest(Memory(), 16, budget=260) is None
    assert largest(Memory(), 1, budget=110) is None


def test_a_step_that_runs_out_of_memory_is_too_large():
    assert largest(Memory(ends=4, a_sample=0), 64, budget=10**6) == 4
    assert largest(Memory(ends=1), 64, budget=10**6) == 1


def test_where_not_even_one_sample_fits_it_is_said():
    with pytest.raises(UserError, match="not even one sample"):
        largest(Memory(), 16, budget=105)


def test_what_cannot_be_measured_says_why(small):
    recipe = api.load(small())
    with pytest.raises(UserError, match="cannot be known"):
        measure(recipe, free=0)


MEASURE = """
import sys
from art import api
from art.running.capacity import measure

recipe = api.load(sys.argv[1], overrides={"data.batch_size": 256, "model.hidden": [40_000]})
found = measure(recipe, free=int(sys.argv[2]))
print(found.wanted, found.limit)
"""


@pytest.mark.slow
def test_real_training_steps_are_measured(small):
    def measured(free: int) -> list[str]:
        # in a process of its own, as the command is: memory that earlier tests have given back to
        # the allocator and not to the system would make the peak look small
        command = [sys.executable, "-c", MEASURE, str(small()), str(free)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()

    assert measured(8 << 30) == ["256", "None"]
    wanted, limit = measured(90 << 20)
    assert wanted == "256" and 1 <= int(limit) < 256
