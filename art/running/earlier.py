"""What an earlier run of a recipe left, for reading."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from art.core.record import Record
from art.errors import UserError, did_you_mean
from art.store.layout import inside


class Earlier:
    """The record and files of an earlier run, for reading.

    Args:
        record: what the run left.
        folder: its run folder.
    """

    def __init__(self, record: Record, folder: Path) -> None:
        self.record = record
        self.folder = folder

    @property
    def scores(self) -> Mapping[str, float]:
        """The scores of the record."""
        return self.record.scores

    @property
    def settings(self) -> Mapping[str, Any]:
        """What that stage found best."""
        return self.record.settings

    def has(self, name: str) -> bool:
        """Whether the run left an artifact of that name, and it is still there."""
        path = self.record.artifacts.get(name)
        try:
            return path is not None and inside(self.folder, path).exists()
        except (OSError, ValueError):  # a path that leads out, or is none
            return False

    def artifact(self, name: str) -> Path:
        """The file behind an artifact's name.

        Raises:
            UserError: the run left none of that name, or its path leads out of the run folder.
        """
        path = self.record.artifacts.get(name)
        if path is None:
            raise UserError(
                f"stage '{self.record.stage}' left no artifact '{name}'."
                f"{did_you_mean(name, self.record.artifacts)}"
            )
        return inside(self.folder, path)
