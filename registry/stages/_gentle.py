"""Settings that regularize, and their values when they do nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NEUTRAL: dict[str, Any] = {
    "model.dropout": 0.0,
    "optimizer.weight_decay": 0.0,
    "task.label_smoothing": 0.0,
    "data.augment": False,
}

KEEPS_UP = -0.35
"""How far below a simple model, in accuracy or r2, something must be wrong with any network."""


def without_regularization(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Overrides that switch off every regularizer that the config has and that is on."""
    return {
        name: neutral
        for name, neutral in NEUTRAL.items()
        if name in settings and settings[name] != neutral
    }
