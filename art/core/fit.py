"""What a training run leaves in memory for the stage that asked for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from art.core.visualizer import Seen

if TYPE_CHECKING:
    import pytorch_lightning as pl


@dataclass
class Fit:
    """A finished training run.

    Attributes:
        module: the trained module, at its last weights.
        data: the data module it was trained on.
        scores: `train/...` and `val/...` over the whole splits in eval mode, and what the module
            logged itself under its own names.
        history: every logged value: name -> list of (step, epoch, value).
        checkpoint: the best checkpoint of the run, a file in the run folder; None if none kept.
        steps: optimizer steps taken.
        diverged: why the loss is not finite or the weights are not, in one line: the step, the
            rows, the first module; empty where they are.
        seen: predictions and targets of the scored splits, and the history.
    """

    module: pl.LightningModule
    data: pl.LightningDataModule
    scores: dict[str, float] = field(default_factory=dict)
    history: Mapping[str, Sequence[tuple[int, float, float]]] = field(default_factory=dict)
    checkpoint: Path | None = None
    steps: int = 0
    diverged: str = ""
    seen: Seen = field(default_factory=Seen)
