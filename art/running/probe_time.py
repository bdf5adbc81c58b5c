"""Ends a probe that takes longer than somebody allows."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from torch import nn

from art.core.probe import NotJudged
from art.running.pace import Pace


@contextmanager
def in_time(pace: Pace) -> Iterator[None]:
    """Where a limit is set, a forward pass of this thread that would begin after it ends the probe.

    Raises:
        NotJudged: the time is up.
    """
    if not pace.is_limited:
        yield
        return
    thread = threading.get_ident()

    def look(module: nn.Module, inputs: Any) -> None:
        if pace.left <= 0 and threading.get_ident() == thread:
            raise NotJudged("it took longer than [system] probe_seconds allows")

    handle = nn.modules.module.register_module_forward_pre_hook(look)
    try:
        yield
    finally:
        handle.remove()
