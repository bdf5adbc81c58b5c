"""The states of one training run on disk: the last two, and how it ended."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from art.errors import PathError
from art.training.checkpoints.door import load_checkpoint, save_checkpoint, sidecar

KEPT = 2
_NAME = re.compile(r"(\d{6,})\.ckpt")


class StateFiles:
    """Keeps states in a folder, numbered in their order.

    Args:
        folder: made with the first state.
        note: takes a line where a state cannot be read and the one before is taken.
    """

    def __init__(self, folder: Path, note: Callable[[str], None]) -> None:
        self.folder = folder
        self._note = note
        self._number: int | None = None

    def save(self, state: dict[str, Any]) -> None:
        """Write a state; all but the last two are removed.

        Raises:
            StoreError: the disk is full or the folder is read-only.
        """
        if self._number is None:
            self._number = max(self._numbers(), default=0)
        self._number += 1
        save_checkpoint(state, self._path(self._number))
        for number in sorted(self._numbers())[:-KEPT]:
            self._path(number).unlink(missing_ok=True)
            sidecar(self._path(number)).unlink(missing_ok=True)

    def load(self) -> dict[str, Any] | None:
        """The newest state that is whole; None where there is none."""
        for number in sorted(self._numbers(), reverse=True):
            try:
                return load_checkpoint(self._path(number))
            except PathError as error:
                self._note(f"a saved state cannot be used, the one before is taken: {error}")
        return None

    @property
    def exist(self) -> bool:
        """Whether a state was saved."""
        return bool(self._numbers())

    def remove(self) -> None:
        """Remove all of them."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:06d}.ckpt"

    def _numbers(self) -> list[int]:
        if not self.folder.is_dir():
            return []
        matches = (_NAME.fullmatch(path.name) for path in self.folder.iterdir())
        return [int(match[1]) for match in matches if match]
