"""Token ids: whole numbers that stand for words."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


def is_ids(inputs: Tensor) -> bool:
    """Whether inputs are token ids: whole numbers `(n, length)` that are no bytes of a picture."""
    whole = not inputs.is_floating_point() and not inputs.is_complex()
    return whole and inputs.ndim == 2 and inputs.dtype not in (torch.uint8, torch.bool)


def ids_in(inputs: Tensor) -> int:
    """How many ids there are, by the highest of them; 0 where the inputs are none."""
    return int(inputs.max()) + 1 if inputs.numel() and is_ids(inputs) else 0


def words_of(data: Any, seen: int) -> dict[str, Any]:
    """What a data module knows of its ids: `vocabulary` and `tokens` of `DataInfo`.

    Args:
        data: the data module.
        seen: how many ids its training split shows; 0 where its inputs are none.
    """
    if not seen:
        return {}
    words = getattr(data, "vocabulary", None)
    words = tuple(map(str, words)) if isinstance(words, list | tuple) else ()
    said = getattr(data, "vocabulary_size", None)
    size = said if isinstance(said, int) else 0
    return {"vocabulary": words, "tokens": max(seen, size, len(words))}


def without_filling(inputs: Tensor, filling: int) -> Tensor:
    """Rows of ids `(n, length)` without the columns at their end that only fill them up; one
    column stays."""
    real = (inputs != filling).any(0).nonzero()
    return inputs[:, : int(real[-1]) + 1 if len(real) else 1]
