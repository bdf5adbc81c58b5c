"""Whether the loss of a step depends on the values of some parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch

from art.training.namespaces import pl

if TYPE_CHECKING:
    from art.core.stage import StageContext

MOST = 24
"""Parameters that are tried out one by one."""


class _Redrawn(pl.Callback):
    """Replaces some parameters by random numbers before the first step."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = set(names)

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Values about 1, so that a unit that is dead by its bias comes to life."""
        draws = torch.Generator().manual_seed(0)
        for name, parameter in pl_module.named_parameters():
            if name in self._names:
                drawn = torch.randn(parameter.shape, generator=draws)
                parameter.data.copy_(drawn.to(parameter))


def without_effect(context: StageContext, names: Sequence[str]) -> set[str]:
    """Those of the parameters whose values change nothing about the first training loss.

    What a layer computes may be thrown away on purpose, as the last backcast of N-BEATS is; then
    no gradient can reach it. Where the loss does depend on it, something has cut it off.
    """
    loader = context.loader(context.build_data(), "train")
    batch = next(iter(loader))

    def loss(redrawn: Sequence[str]) -> float | None:
        fit = context.fit(
            batches=[batch], max_steps=1, callbacks=[_Redrawn(redrawn)], logged=False, alone=True
        )
        series = fit.history.get("train/loss", ())
        return series[0][2] if series else None

    known = loss(())
    if known is None:
        return set()
    if loss(names) == known:
        return set(names)
    return {name for name in names[:MOST] if loss([name]) == known} if len(names) > 1 else set()
