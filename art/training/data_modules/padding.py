"""Lengths and masks of padded sequences: what stands beside inputs and is no target."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

ENOUGH = 0.9
"""The share of sequences whose last step must differ from the padding behind it."""


def is_padding(padded: Tensor, value: Tensor) -> bool:
    """Whether a tensor holds the lengths of padded sequences, or says which steps are padding."""
    return is_lengths(padded, value) or is_step_mask(padded, value)


def is_step_mask(padded: Tensor, value: Tensor) -> bool:
    """0 and 1 for each step, which change once at most along a sequence."""
    if value.ndim != 2 or padded.ndim < 2 or value.shape != padded.shape[:2]:
        return False
    if not bool(((value == 0) | (value == 1)).all()):
        return False
    return bool((value[:, 1:] != value[:, :-1]).sum(1).le(1).all())


def is_lengths(padded: Tensor, value: Any) -> bool:
    """Whether whole numbers say where each sequence `(n, length, ...)` ends: all is alike behind
    it, and the step before it is another. They may come as floats, for shares of the longest are
    computed from them."""
    lengths = _whole(value)
    if lengths is None or padded.ndim < 2 or len(padded) != len(lengths):
        return False
    longest = padded.shape[1]
    if longest < 2 or int(lengths.min()) < 1 or int(lengths.max()) > longest:
        return False
    steps = padded.reshape(len(padded), longest, -1)
    lengths = lengths.to(padded.device)
    short = lengths < longest
    if not bool(short.any()):
        return False
    behind = torch.arange(longest, device=padded.device) >= lengths.unsqueeze(1)
    tails = steps[behind]
    if not bool((tails == tails[0, 0]).all()):
        return False
    last = steps[torch.arange(len(steps), device=padded.device), lengths - 1][short]
    return float((last != tails[0, 0]).any(1).float().mean()) >= ENOUGH


def are_full_lengths(padded: Tensor, value: Any) -> bool:
    """Whether every number is the length of the sequences `(n, length)` or `(n, length, width)`:
    none of them is padded. A batch of equal labels may look so too, so this counts only where
    something else can be the target."""
    lengths = _whole(value)
    if lengths is None or padded.ndim not in (2, 3) or len(padded) != len(lengths):
        return False
    return len(lengths) > 1 and bool((lengths == padded.shape[1]).all())


def _whole(value: Any) -> Tensor | None:
    """`(n,)` whole numbers; None where it is something else."""
    if isinstance(value, Sequence) and value and all(type(each) is int for each in value):
        value = torch.tensor(value)
    if not isinstance(value, Tensor) or value.ndim != 1 or not len(value):
        return None
    if value.dtype == torch.bool or value.is_complex():
        return None
    if value.is_floating_point():
        if not bool((value.isfinite() & (value == value.round())).all()):
            return None
        value = value.long()
    return value
