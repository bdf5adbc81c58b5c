"""Weights for other programs: a checkpoint's state dict as a safetensors file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from art.core.files import atomic_write
from art.errors import PathError, UserError
from art.training.checkpoints.door import load_checkpoint


def export_weights(source: Path, target: Path) -> list[str]:
    """Write the weights of a checkpoint to a `.safetensors` file, which holds numbers alone.

    Weights that share memory (tied ones) are written once each, under every name, so that any
    reader finds all names of the state dict.

    Args:
        source: a checkpoint; verified first.
        target: the file to write; its folder must exist.

    Returns:
        The names that were left out: what a state dict holds besides tensors.

    Raises:
        PathError: the checkpoint is missing, damaged, or holds no weights.
        UserError: the target is not named like a safetensors file, or there is none of its folder.
        art.errors.StoreError: the target cannot be written.
    """
    from safetensors.torch import save

    source, target = Path(source), Path(target)
    if target.suffix != ".safetensors":
        raise UserError(f"{target}: name the file with the ending .safetensors.")
    if not target.parent.is_dir():
        raise PathError(f"{target.parent}: no such folder. Make it first.")
    weights, others = _split(load_checkpoint(source).get("state_dict"))
    if not weights:
        raise PathError(f"{source}: holds no weights.")
    atomic_write(target, save(weights, metadata={"format": "pt"}))
    return others


def _split(state: Any) -> tuple[dict[str, Any], list[str]]:
    """The tensors, each with its own memory, and the names of what is none."""
    import torch

    if not isinstance(state, dict):
        return {}, []
    weights = {
        str(name): value.detach().clone(memory_format=torch.contiguous_format)
        for name, value in state.items()
        if isinstance(value, torch.Tensor)
    }
    return weights, [str(name) for name in state if str(name) not in weights]
