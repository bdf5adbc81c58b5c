"""Lets a user's own module train on one batch alone, where there is no validation."""

from __future__ import annotations

from typing import Any

import pytorch_lightning as pl
import torch


def leave_out_what_waits_for_validation(module: pl.LightningModule) -> None:
    """A module's own callbacks and schedules may ask for scores that one batch does not give."""
    module.configure_callbacks = list  # type: ignore[method-assign]
    configure = module.configure_optimizers

    def without_monitors() -> Any:
        made = configure()
        return _without_monitors(made)

    module.configure_optimizers = without_monitors  # type: ignore[method-assign]


def _without_monitors(made: Any) -> Any:
    """What `configure_optimizers` returned, without schedules that wait for a score."""
    plateau = torch.optim.lr_scheduler.ReduceLROnPlateau
    if isinstance(made, dict):
        schedule = made.get("lr_scheduler")
        bare = schedule.get("scheduler") if isinstance(schedule, dict) else schedule
        if isinstance(bare, plateau):
            return {key: value for key, value in made.items() if key != "lr_scheduler"}
        return made
    if isinstance(made, list | tuple) and len(made) == 2 and isinstance(made[1], list | tuple):
        schedules = [
            item
            for item in made[1]
            if not isinstance(item["scheduler"] if isinstance(item, dict) else item, plateau)
        ]
        return list(made[0]), schedules
    if isinstance(made, list | tuple):
        return type(made)(
            _without_monitors(item) if isinstance(item, dict) else item for item in made
        )
    return made
