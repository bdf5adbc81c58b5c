"""Lets a user's own module train on one batch alone, where there is no validation."""

from __future__ import annotations

from typing import Any

import torch

from art.training.namespaces import pl


class LentData(pl.Callback):
    """Lets a module's hooks find the data module where they are used to, `trainer.datamodule`.

    Lightning knows of none when it is given loaders. It is lent after Lightning's own hooks for
    data, which would set it up a second time, and taken back before it is torn down.
    """

    def __init__(self, data: pl.LightningDataModule) -> None:
        self._data = data

    def setup(self, trainer: pl.Trainer, pl_module: pl.LightningModule, stage: str) -> None:
        """Lend it."""
        trainer.datamodule = self._data  # type: ignore[attr-defined]

    def on_fit_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Take it back."""
        trainer.datamodule = None  # type: ignore[attr-defined]


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
