"""What a recipe says while it runs. The CLI listens, Python users may."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from art.core.record import Record
from art.running.planned import PlannedStage

NO_VALUES: Mapping[str, float] = MappingProxyType({})


class Observer(Protocol):
    """Is told what happens, in order. Must not raise, and must be quick."""

    def planned(self, plan: Sequence[PlannedStage]) -> None:
        """What will run, and what is up to date."""

    def stage_skipped(self, name: str, model: str | None, why: str) -> None:
        """A stage is not run: up to date, or behind a closed gate."""

    def stage_started(self, name: str, model: str | None, order: int, total: int, why: str) -> None:
        """A stage begins, and why it runs."""

    def stage_progress(
        self,
        name: str,
        model: str | None,
        done: float,
        total: float,
        text: str,
        values: Mapping[str, float] = NO_VALUES,
    ) -> None:
        """How far the running stage is, and what it measures; called often."""

    def stage_finished(self, record: Record) -> None:
        """A stage ended and left this record."""

    def note(self, text: str) -> None:
        """A line for people."""


class Silent:
    """An observer that says nothing."""

    def planned(self, plan: Sequence[PlannedStage]) -> None:
        """Say nothing."""

    def stage_skipped(self, name: str, model: str | None, why: str) -> None:
        """Say nothing."""

    def stage_started(self, name: str, model: str | None, order: int, total: int, why: str) -> None:
        """Say nothing."""

    def stage_progress(
        self,
        name: str,
        model: str | None,
        done: float,
        total: float,
        text: str,
        values: Mapping[str, float] = NO_VALUES,
    ) -> None:
        """Say nothing."""

    def stage_finished(self, record: Record) -> None:
        """Say nothing."""

    def note(self, text: str) -> None:
        """Say nothing."""
