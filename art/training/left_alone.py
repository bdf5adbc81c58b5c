"""Leaves a process as it was: what is examined by a library must not change its host."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from art.training.seeding import undisturbed
from art.training.threads import threads_restored


@contextmanager
def process_left_alone() -> Iterator[None]:
    """Do anything inside; afterwards the process is as it was, also where something was raised.

    That is: the generators of Python, numpy and torch, torch's switches (determinism, cudnn, number
    of threads, default dtype, gradients, anomaly detection), the environment and the filters of
    warnings.
    """
    environment, switches = dict(os.environ), _switches()
    try:
        with undisturbed(), threads_restored(), warnings.catch_warnings():
            yield
    finally:
        _set_switches(switches)
        if dict(os.environ) != environment:
            os.environ.clear()
            os.environ.update(environment)


def _switches() -> dict[str, Any]:
    cudnn = torch.backends.cudnn
    return {
        "deterministic": torch.are_deterministic_algorithms_enabled(),
        "warn_only": torch.is_deterministic_algorithms_warn_only_enabled(),
        "cudnn": (cudnn.benchmark, cudnn.deterministic),
        "dtype": torch.get_default_dtype(),
        "gradients": torch.is_grad_enabled(),
        "anomaly": (torch.is_anomaly_enabled(), torch.is_anomaly_check_nan_enabled()),
        "precision": torch.get_float32_matmul_precision(),
    }


def _set_switches(before: dict[str, Any]) -> None:
    now = _switches()
    if now == before:
        return
    torch.use_deterministic_algorithms(before["deterministic"], warn_only=before["warn_only"])
    torch.backends.cudnn.benchmark, torch.backends.cudnn.deterministic = before["cudnn"]
    torch.set_default_dtype(before["dtype"])
    torch.set_grad_enabled(before["gradients"])
    torch.autograd.set_detect_anomaly(*before["anomaly"])
    if now["precision"] != before["precision"]:
        torch.set_float32_matmul_precision(before["precision"])
