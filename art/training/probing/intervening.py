"""Trains with one thing changed, to tell what holds a program back."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from art.training.namespaces import pl


class OutOfTime(pl.Callback):
    """Ends a training run when it has taken so many CPU seconds."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until = 0.0

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Begin to count."""
        self._until = time.process_time() + self._seconds

    def on_train_batch_end(self, trainer: pl.Trainer, *args: Any, **kwargs: Any) -> None:
        """Stop where the time is up."""
        if time.process_time() > self._until:
            trainer.should_stop = True


class Decided(pl.Callback):
    """Ends a training run when it has shown what it was made for.

    Args:
        decided: asked after every batch.
    """

    def __init__(self, decided: Callable[[], bool]) -> None:
        self._decided = decided

    def on_train_batch_end(self, trainer: pl.Trainer, *args: Any, **kwargs: Any) -> None:
        """Stop where it is."""
        if self._decided():
            trainer.should_stop = True


class Faster(pl.Callback):
    """Takes every optimizer step at the program's own learning rate times a factor.

    The rate is multiplied right before a step and put back after it, so that schedules and hooks
    that set it go on as they are.
    """

    def __init__(self, factor: float) -> None:
        self._factor = factor
        self._handles: list[Any] = []

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Put hooks around the step of every optimizer."""
        for optimizer in trainer.optimizers:
            own: list[Any] = []

            def before(of: torch.optim.Optimizer, *_: Any, own: list[Any] = own) -> None:
                own[:] = [group["lr"] for group in of.param_groups]
                for group in of.param_groups:
                    group["lr"] = group["lr"] * self._factor

            def after(of: torch.optim.Optimizer, *_: Any, own: list[Any] = own) -> None:
                for group, rate in zip(of.param_groups, own, strict=True):
                    group["lr"] = rate

            self._handles.append(optimizer.register_step_pre_hook(before))
            self._handles.append(optimizer.register_step_post_hook(after))

    def on_train_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Take the hooks off."""
        for handle in self._handles:
            handle.remove()


LARGER, SMALLER = 3.0, 10.0
"""How many times larger or smaller than torch's the weights of a layer may be, as a root mean
square. The usual ways to draw them give at most 2.4 times torch's (kaiming_normal_); smaller ones
than torch's are drawn on purpose."""


class DrawnAnew(pl.Callback):
    """Begins with weights as torch draws them by default.

    Attributes:
        found_far_off: whether those that it replaced had another order of magnitude, so that to
            draw them anew is more than another draw.
    """

    found_far_off = False

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Reset every layer that knows how."""
        for module in pl_module.modules():
            reset = getattr(module, "reset_parameters", None)
            own = [p for p in module.parameters(recurse=False) if p.requires_grad]
            if callable(reset) and own:
                before = [_size(p) for p in own]
                reset()
                self.found_far_off |= any(
                    size > LARGER * _size(p) or (p.ndim > 1 and size * SMALLER < _size(p))
                    for p, size in zip(own, before, strict=True)  # a bias may well begin at 0
                )


def _size(parameter: Tensor) -> float:
    return float(parameter.detach().square().mean().sqrt())


OFF, SCALE = 3.0, 10.0
"""Deviations from 0, and times larger or smaller than 1, beyond which inputs are far off: inputs
should have a mean near 0 and a deviation near 1 (LeCun and others, Efficient BackProp, 1998)."""


class Standardised(pl.Callback):
    """Gives the first layer with weights inputs of mean 0 and deviation 1.

    Mean and deviation are those of the first batch: of each feature of a vector or of the steps
    of a sequence, of each channel of a picture.
    """

    def __init__(self) -> None:
        self._first: nn.Module | None = None
        self._moments: tuple[Tensor, Tensor] | None = None

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Listen to the layers; the module is this run's own, so the hooks stay."""
        for module in pl_module.modules():
            if next(module.parameters(recurse=False), None) is not None:
                module.register_forward_pre_hook(self._change)

    def _change(self, layer: nn.Module, given: tuple[Any, ...]) -> tuple[Any, ...] | None:
        if self._first is None:
            self._first = layer
        if layer is not self._first or not given or not isinstance(given[0], Tensor):
            return None
        values = given[0]
        if not values.is_floating_point() or values.ndim < 2:
            return None
        if self._moments is None:
            self._moments = _moments(layer, values.detach())
        mean, deviation = self._moments
        return ((values - mean) / deviation, *given[1:])

    @property
    def found_far_off(self) -> bool:
        """Whether the inputs as they were lay many deviations from 0, or had another order of
        magnitude, so that to standardise them is more than tuning."""
        if self._moments is None:
            return False
        mean, deviation = self._moments
        off, size = float((mean.abs() / deviation).median()), float(deviation.median())
        return off > OFF or not 1 / SCALE < size < SCALE


def _moments(layer: nn.Module, values: Tensor) -> tuple[Tensor, Tensor]:
    channels = 1 if isinstance(layer, nn.modules.conv._ConvNd) else values.ndim - 1
    others = [d for d in range(values.ndim) if d != channels]
    mean = values.mean(others, keepdim=True)
    deviation = values.std(others, keepdim=True) if len(values) > 1 else torch.ones_like(mean)
    return mean, deviation.clamp_min(0.05 * float(values.std().clamp_min(1e-12)))
