"""Finds the loss function behind a loss that a program writes out by hand.

`((outputs - targets) ** 2).mean()` calls no function of torch that could be heard. What it gives is
what `mse_loss` gives of the same tensors, and of no others.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from art.training.scoring.hearing import HeardLoss

CLOSE = 1e-4
"""Relative difference up to which two losses are the same number, in single precision."""


def reproduced(
    loss: Tensor | None, outputs: Sequence[Tensor], parts: Sequence[Tensor]
) -> list[HeardLoss]:
    """The loss calls, of some output and some part of the batch, that give this very loss.

    Args:
        loss: what the module's step returned.
        outputs: what the module gives for the batch.
        parts: what the batch holds.
    """
    wanted = 0.0 if loss is None else abs(float(loss.detach()))
    if not math.isfinite(wanted) or wanted == 0.0:
        return []
    with torch.no_grad():
        return [
            HeardLoss(name, said, true, said)
            for said in outputs
            for true in parts
            for name, value in _candidates(said, true)
            if abs(wanted - value) <= CLOSE * wanted
        ]


def _candidates(said: Tensor, true: Tensor) -> Iterator[tuple[str, float]]:
    """(function, value) of each way to compare two tensors that they fit."""
    if not said.is_floating_point() or true.is_complex():
        return
    if said.numel() == true.numel() and len(said) == len(true):
        yield from _of_pairs(said.reshape(-1).float(), true.reshape(-1).float(), len(said))
    if _are_classes(said, true):
        yield "cross_entropy", float(F.cross_entropy(said.float(), true.long()))
        yield "nll_loss", float(F.nll_loss(said.float(), true.long()))


def _are_classes(said: Tensor, true: Tensor) -> bool:
    """Whether one number a class, `(N, C, ...)`, meets class indices `(N, ...)`."""
    if true.is_floating_point() or true.ndim != said.ndim - 1:
        return False
    if said.shape[0] != true.shape[0] or said.shape[2:] != true.shape[1:]:
        return False
    return int(true.min()) >= 0 and int(true.max()) < said.shape[1]


def _of_pairs(said: Tensor, true: Tensor, rows: int) -> Iterator[tuple[str, float]]:
    """Of numbers one by one: as a mean, its root, its half, and as a sum over each sample."""
    squared = float(F.mse_loss(said, true))
    for value in (squared, squared**0.5, squared / 2, squared * len(said) / rows):
        yield "mse_loss", value
    yield "l1_loss", float(F.l1_loss(said, true))
    if not bool(((true == 0) | (true == 1)).all()):
        return
    yield (
        "binary_cross_entropy_with_logits",
        float(F.binary_cross_entropy_with_logits(said, true)),
    )
    if bool(((said >= 0) & (said <= 1)).all()):
        yield "binary_cross_entropy", float(F.binary_cross_entropy(said, true))
