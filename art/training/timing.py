"""Where the time of a training step goes."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch

from art.training.namespaces import pl
from art.training.wrapping import TaskModule

WARM = 3
"""Steps that are not counted: the first ones reserve memory and choose algorithms."""


class StepTimer(pl.Callback):
    """Times the forward pass with its loss, the backward pass and the optimizer's step.

    Attributes:
        seconds: of all steps so far, by part: `forward`, `backward`, `optimizer`.
        ends: when each optimizer step ended.
    """

    def __init__(self) -> None:
        self.seconds = {"forward": 0.0, "backward": 0.0, "optimizer": 0.0}
        self.ends: list[float] = []
        self._device = torch.device("cpu")
        self._handles: list[Any] = []
        self._begun = self._before = 0.0

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Put clocks around the module's step and around each optimizer's."""
        self._device = pl_module.device
        name = "loss_of" if isinstance(pl_module, TaskModule) else "training_step"
        setattr(pl_module, name, self._timed(getattr(pl_module, name), "forward"))
        for optimizer in trainer.optimizers:
            self._handles.append(optimizer.register_step_pre_hook(self._begin))
            self._handles.append(optimizer.register_step_post_hook(self._end))

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Time the backward passes inside."""
        backward = torch.Tensor.backward
        torch.Tensor.backward = self._timed(backward, "backward")  # type: ignore[method-assign]
        try:
            yield
        finally:
            torch.Tensor.backward = backward  # type: ignore[method-assign]

    def _timed(self, function: Callable[..., Any], part: str) -> Callable[..., Any]:
        @functools.wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            begun = self._now()
            before = sum(self.seconds.values())
            try:
                return function(*args, **kwargs)
            finally:
                # a step that optimizes by hand takes its backward passes and its steps inside
                inside = sum(self.seconds.values()) - before
                self._count(part, self._now() - begun - inside)

        return timed

    def _begin(self, *args: Any) -> None:
        self._begun = self._now()
        self._before = sum(self.seconds.values())

    def _end(self, *args: Any) -> None:
        now = self._now()
        # Lightning lets the optimizer call the forward and the backward pass in its step
        inside = sum(self.seconds.values()) - self._before
        self._count("optimizer", now - self._begun - inside)
        self.ends.append(now)

    def _count(self, part: str, seconds: float) -> None:
        if len(self.ends) >= WARM:
            self.seconds[part] += seconds

    def _now(self) -> float:
        if self._device.type == "cuda":
            torch.cuda.synchronize(self._device)
        return time.perf_counter()
