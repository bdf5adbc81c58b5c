"""Mistakes in scaling and clipping gradients, as in mixed precision by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from benchmarks.faults.faults import EVERY, fault
from benchmarks.faults.faults._seams import by_hand
from benchmarks.faults.program import Host, Program

SCALE = 2.0**14
HOSTS = ("convolution", "manual", "recurrent", "tabular_batchnorm", "transformer")
CLIPPED = ("clip", "unscale", "scale")


def _gradients(model: Any) -> list[Tensor]:
    return [p.grad for p in model.parameters() if p.grad is not None]


def _unscale(model: Any) -> None:
    for gradient in _gradients(model):
        gradient /= SCALE


def _clip(model: Any) -> None:
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)


def _scaled(*between: Callable[[Any], None]) -> Callable[[Any, Tensor], None]:
    def step(model: Any, loss: Tensor) -> None:
        model.optimizers().zero_grad()
        model.manual_backward(loss * SCALE)
        for action in between:
            action(model)
        model.optimizers().step()

    return step


def _sound(host: Host) -> Program:
    return by_hand(host, _scaled(_unscale, _clip))


@fault("clipped_before_unscaled", family="training", hosts=HOSTS, cause=CLIPPED, sound=_sound)
def clipped_before_unscaled(host: Host) -> Program:
    """Scaled gradients are clipped to 1, then divided by the scale: hardly anything is left."""
    return by_hand(host, _scaled(_clip, _unscale))


@fault("never_unscaled", family="training", hosts=HOSTS, sound=_sound,
       cause=(*CLIPPED, "gradient", "learning rate"))  # fmt: skip
def never_unscaled(host: Host) -> Program:
    """The gradients are not divided by the scale."""
    return by_hand(host, _scaled())


@fault("clipped_after_step", family="training", hosts=HOSTS, dose="subtle", sound=_sound,
       cause=(*CLIPPED, "gradient", "learning rate"))  # fmt: skip
def clipped_after_step(host: Host) -> Program:
    """The gradients are clipped when the step is over: a loss of large scale is not tamed."""

    def step(model: Any, loss: Tensor) -> None:
        model.optimizers().zero_grad()
        model.manual_backward(loss * 100)
        model.optimizers().step()
        _clip(model)

    return by_hand(host, step)


@fault("half_precision_overflow", family="training", hosts=HOSTS, sound=_sound,
       cause=("overflow", "finite", "skipped", "scale", "half", "float16", "no step"))  # fmt: skip
def half_precision_overflow(host: Host) -> Program:
    """Scaled gradients overflow in half precision, and every step that does is skipped."""

    def step(model: Any, loss: Tensor) -> None:
        model.optimizers().zero_grad()
        model.manual_backward(loss * 2.0**20)
        halves = [gradient.half() for gradient in _gradients(model)]
        if not all(torch.isfinite(half).all() for half in halves):
            return
        for gradient, half in zip(_gradients(model), halves, strict=True):
            gradient.copy_(half.float() / 2.0**20)
        model.optimizers().step()

    return by_hand(host, step)


@fault("half_precision_underflow", family="training", hosts=HOSTS, dose="subtle", sound=_sound,
       cause=("underflow", "half", "float16", "gradient", "scale"))  # fmt: skip
def half_precision_underflow(host: Host) -> Program:
    """Unscaled gradients of a small loss vanish in half precision."""

    def step(model: Any, loss: Tensor) -> None:
        model.optimizers().zero_grad()
        model.manual_backward(loss * 2.0**-16)
        for gradient in _gradients(model):
            gradient.copy_(gradient.half().float() * 2.0**16)
        model.optimizers().step()

    return by_hand(host, step)


@fault("gradients_clipped_to_nothing", family="training", hosts=EVERY, sound=_sound,
       cause=("clip", "gradient", "learning rate"))  # fmt: skip
def gradients_clipped_to_nothing(host: Host) -> Program:
    """Clipped to a norm of 1e-4 where 1 was meant."""

    def step(model: Any, loss: Tensor) -> None:
        model.optimizers().zero_grad()
        model.manual_backward(loss)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1e-4)
        model.optimizers().step()

    return by_hand(host, step)
