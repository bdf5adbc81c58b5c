"""A small network is computed on one thread, and the program's own number comes back."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from art.training.threads import SMALL, threads_restored, with_fitting_threads

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def two_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize(("width", "threads"), [(64, 1), (4096, 2)])
def test_the_work_of_a_forward_pass_decides(width, threads):
    network, inputs = nn.Linear(width, width), torch.zeros(64, width)
    assert (2 * 64 * width * width < SMALL) == (threads == 1)
    with threads_restored():
        outputs = with_fitting_threads(lambda: network(inputs), CPU)
        assert torch.get_num_threads() == threads
    assert outputs.shape == (64, width) and outputs.requires_grad
    assert torch.get_num_threads() == 2


def test_the_number_comes_back_after_a_failure():
    with pytest.raises(RuntimeError), threads_restored():
        torch.set_num_threads(1)
        with_fitting_threads(lambda: nn.Linear(3, 3)(torch.zeros(2, 4)), CPU)
    assert torch.get_num_threads() == 2
