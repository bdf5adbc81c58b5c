"""How many threads torch computes with: one where a batch is too little work to share out.

Threads that share out a small batch spend their time waiting for each other, and they wait
spinning. On an idle machine of two cores a step of an MLP over 8x8 images (2 MFLOP) took 0.5 ms
on one thread and 4 ms on two; with other programs running, 20 ms. A CNN of 43 MFLOP gained from
the second thread on the idle machine (2.3 ms in place of 3.7), and its recipe took 117 CPU-s in
place of 15 on the busy one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import torch
from torch.utils.flop_counter import FlopCounterMode

SMALL = 50e6
"""Floating point operations of a forward pass below which one thread computes it."""

T = TypeVar("T")


def with_fitting_threads(forward: Callable[[], T], device: torch.device) -> T:
    """Run a forward pass, and compute on one thread from then on if it was a small one.

    What is counted depends on shapes alone: the same run always gets the same threads, and with
    them the same order of sums.
    """
    if device.type != "cpu":
        return forward()
    with FlopCounterMode(display=False) as counter:
        result = forward()
    if counter.get_total_flops() < SMALL:
        torch.set_num_threads(1)
    return result


@contextmanager
def threads_restored() -> Iterator[None]:
    """Afterwards torch has as many threads as before."""
    before = torch.get_num_threads()
    try:
        yield
    finally:
        if torch.get_num_threads() != before:
            torch.set_num_threads(before)
