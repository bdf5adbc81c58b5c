"""Weights for other programs: a state dict as a safetensors file, which holds numbers alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from art.errors import ModelError


def as_safetensors(state: Mapping[str, Any]) -> tuple[bytes, list[str]]:
    """The content of a `.safetensors` file, and the names that were left out: what a state dict
    holds besides tensors.

    Weights that share memory (tied ones) are written once each, under every name, so that any
    reader finds all names of the state dict.

    Raises:
        ModelError: there is no weight.
    """
    import torch
    from safetensors.torch import save

    weights = {
        str(name): value.detach().cpu().clone(memory_format=torch.contiguous_format)
        for name, value in state.items()
        if isinstance(value, torch.Tensor)
    }
    if not weights:
        raise ModelError("the model has no weights to export.")
    others = [str(name) for name in state if str(name) not in weights]
    return save(weights, metadata={"format": "pt"}), others
