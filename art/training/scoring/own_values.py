"""What a user's LightningModule logs itself: kept under its own names, its loss also as ours."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch

LOSS_NAMES = {
    "train": ("train/loss", "train_loss", "training_loss", "loss/train", "trn_loss", "loss"),
    "val": ("val/loss", "val_loss", "valid_loss", "validation_loss", "valid/loss", "loss/val"),
    "test": ("test/loss", "test_loss", "loss/test"),
}
"""Names under which people log their loss, the most telling first."""


def loss_in(logged: Mapping[str, Any], split: str) -> float | None:
    """The loss of a split among logged values, whatever its author called it; None without one."""
    for name in LOSS_NAMES[split]:
        # Lightning adds the number of the loader where several are scored
        for key in (name, f"{name}_epoch", f"{name}_step", f"{name}/dataloader_idx_0"):
            if key in logged:
                return float(logged[key])
    return None


def loss_of_output(output: Any) -> torch.Tensor | None:
    """The loss that a step returned, `()`: one number, or a dict's `loss`, or None."""
    if isinstance(output, Mapping):
        output = output.get("loss")
    if isinstance(output, torch.Tensor) and output.numel() == 1:
        return output.detach().reshape(())  # of shape (1,) in batches of one
    return None


def finite(values: Mapping[str, Any]) -> dict[str, float]:
    """Logged values as plain numbers; NaN stays NaN, so that checks can see it."""
    plain = {}
    for name, value in values.items():
        number = float(value)
        plain[name] = number if math.isfinite(number) else math.nan
    return plain
