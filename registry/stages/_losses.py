"""The training loss of a stage, where a module says one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from art.core.fit import Fit


def say_loss_is_missing(scores: dict[str, float], fit: Fit) -> None:
    """Give a NaN as `train/loss` where a training has none and should have.

    A module that optimizes by hand, as one with several networks does, may return and log no loss
    of the whole; then what it logs must be finite. Any other module has a loss.
    """
    if "train/loss" in scores:
        return
    by_hand = not fit.module.automatic_optimization
    logged = [series[-1][2] for series in fit.history.values() if series]
    if not by_hand or not all(map(math.isfinite, logged)):
        scores["train/loss"] = math.nan
