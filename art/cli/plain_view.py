"""What `art train` says where there is no terminal: one line an event, and one every ten
seconds while a stage runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from art.core.record import Record
from art.reporting.progress import (
    finished_line,
    progress_line,
    remark_lines,
    skipped_line,
    started_line,
)
from art.running.events import NO_VALUES
from art.running.planned import PlannedStage

EVERY = 10.0
"""Seconds between two lines that say how far a stage is."""


class PlainView:
    """An observer that says one line an event.

    Args:
        say: takes the lines.
        folder: the project's folder in the run store, to name files.
    """

    def __init__(self, say: Callable[[str], None], folder: str = "") -> None:
        self._say = say
        self._folder = folder
        self._total = 0
        self._several = False
        self._orders: dict[str, int] = {}
        self._said = 0.0

    def planned(self, plan: Sequence[PlannedStage]) -> None:
        """Note how many stages there are."""
        self._orders = {stage.name: stage.order for stage in plan}
        self._total = max(self._orders.values(), default=0)
        self._several = len({stage.model for stage in plan if stage.model}) > 1

    def stage_skipped(self, name: str, model: str | None, why: str) -> None:
        """Say why a stage is not run."""
        order = self._orders.get(name, 0)
        self._say(skipped_line(order, self._total, name, self._shown(model), why))

    def stage_started(self, name: str, model: str | None, order: int, total: int, why: str) -> None:
        """Say why a stage runs."""
        self._said = time.monotonic()
        self._say(started_line(order, total, name, self._shown(model), why))

    def stage_progress(
        self,
        name: str,
        model: str | None,
        done: float,
        total: float,
        text: str,
        values: Mapping[str, float] = NO_VALUES,
    ) -> None:
        """Say how far it is, from time to time: a log is no place for every step."""
        now = time.monotonic()
        if now - self._said >= EVERY and total > 0:
            self._said = now
            order = self._orders.get(name, 0)
            line = progress_line(order, self._total, name, self._shown(model), done / total, text)
            self._say(line)

    def stage_finished(self, record: Record) -> None:
        """Say how a stage ended."""
        self._say(finished_line(record, self._total, show_model=self._several))
        for line in remark_lines(record, self._folder):
            self._say(line)

    def note(self, text: str) -> None:
        """Say it."""
        self._say(text)

    def _shown(self, model: str | None) -> str | None:
        """A model's name tells nothing where there is only one."""
        return model if self._several else None
