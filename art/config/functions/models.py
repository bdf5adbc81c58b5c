"""What a registered model says of itself before it is built."""

from __future__ import annotations

from inspect import isclass
from typing import Any

LIGHTNING = ("lightning", "pytorch_lightning")


def trains_itself(registered: Any) -> bool | None:
    """Whether a model has a training step of its own.

    Args:
        registered: what stands in the registry.

    Returns:
        None for a function, which has to be called to find out.
    """
    if not isclass(registered):
        return None
    return any(
        "training_step" in vars(base) and base.__module__.partition(".")[0] not in LIGHTNING
        for base in registered.__mro__
    )
