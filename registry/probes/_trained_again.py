"""Trains a program again with something changed, and compares what comes of it."""

from __future__ import annotations

import shutil
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from art.core.stage import StageContext
from art.registry.probes._held_scores import Contest, Predicted, predicted

if TYPE_CHECKING:
    import pytorch_lightning as pl

SECONDS, ALL = 6.0, 40.0
"""CPU seconds that the training of a run may take, and after which no other change is tried: the
scoring of a large data set takes its time as well."""


class Trials:
    """Trains again with a change, and compares what comes of it with the program's own model."""

    def __init__(self, context: StageContext, held: Contest) -> None:
        self.held = held
        self._context = context
        self._until = time.process_time() + ALL
        self._own_train = self._predicted(held.model, "train")

    @property
    def is_over(self) -> bool:
        """Whether no time is left for another change."""
        return time.process_time() > self._until

    def run(
        self, *changes: pl.Callback, times: int = 1, seconds: float = SECONDS
    ) -> tuple[Predicted, float] | None:
        """Train once more.

        Args:
            changes: what is changed.
            times: how many times as long.
            seconds: CPU seconds that it may take, once for each time.

        Returns:
            What the model says of the held-out split, and by how many standard errors it is better
            than the program's own; None where it cannot be read.
        """
        import numpy as np

        from art.training.probing.intervening import OutOfTime

        folder = "trained_again"
        try:
            fit = self._context.fit(
                callbacks=[*changes, OutOfTime(times * seconds)],
                folder=folder,
                logged=False,
                max_epochs=times * self._context.max_epochs,
            )
        finally:
            shutil.rmtree(self._context.folder / folder, ignore_errors=True)
        module = fit.module.cpu()
        found, train = (self._predicted(module, split) for split in (self.held.split, "train"))
        if found is None:
            return None
        gains, own = self.held.own.errors - found.errors, self._own_train
        if train is not None and own is not None and len(train.true) == len(own.true):
            gains = np.concatenate([gains, own.errors - train.errors])
        return found, float(gains.mean() / max(gains.std() / len(gains) ** 0.5, 1e-12))

    def _predicted(self, model: pl.LightningModule, split: str) -> Predicted | None:
        """Its predictions, of the same samples each time."""
        import torch

        with torch.random.fork_rng():
            torch.manual_seed(0)
            loader = self._context.loader(self._context.build_data(), split)
            own = self.held.own
            found = predicted(self._context, model, loader, classes=own.classes)
            return found and replace(found, in_units=own.in_units)
