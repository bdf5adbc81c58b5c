"""Keeps the weights that score best, and says when a run may stop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from art.training.checkpoints.best_weights import BestWeights
from art.training.settings import TrainingSettings


class Judge:
    """Judges a run's epochs by the score that is monitored.

    Args:
        settings: the score, its direction, and when to stop.
        best: takes the best weights.

    Attributes:
        worse: epochs in a row that were not better.
    """

    def __init__(self, settings: TrainingSettings, best: BestWeights) -> None:
        self.best = best
        self.worse = 0
        self._settings = settings

    def judge(
        self,
        scores: Mapping[str, float],
        epoch: int,
        content: Callable[[], dict[str, Any]],
        *,
        logged: Mapping[str, float],
        train_loss: float | None,
    ) -> bool:
        """Keep an epoch's weights if they are the best so far; whether that is enough training.

        Args:
            scores: what was measured.
            epoch: whose weights they are.
            content: makes what a checkpoint of them holds.
            logged: what a user's module logged itself.
            train_loss: the mean over the epoch.
        """
        monitor = self._settings.monitor
        score = scores.get(monitor, logged.get(monitor))
        if score is None:
            score = self._stand_in(scores, logged, train_loss)
        if score is None:  # nothing says which weights are best: those of the end are kept
            return self._is_won(scores)
        better = self.best.offer(score, epoch, content())
        self.worse = 0 if better else self.worse + 1
        patience = self._settings.patience
        return (patience is not None and self.worse >= patience) or self._is_won(scores)

    def _stand_in(
        self, scores: Mapping[str, float], logged: Mapping[str, float], train_loss: float | None
    ) -> float | None:
        """Another score in the place of one that nothing measures, with the sign of its direction:
        one whose direction is declared, else a loss. Where the loss itself is monitored, it comes
        first: an own module's may be known by what its steps return alone."""
        upwards = 1.0 if self._settings.higher_is_better else -1.0
        found = {"val": scores.get("val/loss"), "train": train_loss}
        wanted, _, name = self._settings.monitor.partition("/")
        if name == "loss" and (own := found.get(wanted)) is not None:
            return -upwards * own
        for name, direction in self._settings.directions.items():
            value = scores.get(name, logged.get(name))
            if value is not None:
                return upwards * (value if direction == "max" else -value)
        for split in (wanted, "val", "train"):
            value = found.get(split)
            if value is not None:
                return -upwards * value
        return None

    def _is_won(self, scores: Mapping[str, float]) -> bool:
        if self._settings.stop_at is None:
            return False
        name, goal = self._settings.stop_at
        value = scores.get(name)
        if value is None:
            return False
        return value >= goal if self._settings.higher_is_better else value <= goal
