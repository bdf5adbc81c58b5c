"""Records what a module sends to its logger: numbers, pictures and files; the rest is counted."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from art.core.files import atomic_write, make_folder, write_failure
from art.core.logger import Row
from art.training.module_logger.pictures import is_shown, png_of

TRAINING, SCORING = "version_0", "scoring"
"""Versions of a module's folders, by what its Trainer does."""

KEPT = 100
"""Pictures of one name that are kept, the last ones."""

LARGEST_FILE = 64 << 20
"""Bytes of a file that is copied into the run folder."""


class Recorder:
    """Records what a module sends to its logger.

    Args:
        folder: pictures and files go to `media/` in it, the module's own files to `logs/`.
        take: takes rows of numbers; None where nothing keeps them.
        version: of the folders; a pass that only scores has its own, so that it writes over
            nothing that training has left.

    Attributes:
        trainer: whose epoch and step count where a call names none.
    """

    def __init__(
        self,
        folder: Path,
        take: Callable[[Sequence[Row]], None] | None = None,
        version: str = TRAINING,
    ) -> None:
        self.folder = folder
        self.version = version
        self.trainer: Any = None
        self._take = take
        self._passed_over: Counter[str] = Counter()
        self._kept: dict[Path, list[Path]] = {}

    # What is recorded

    def number(self, call: str, name: object, value: Any, step: Any = None) -> None:
        """Record a number under a name; what is no number is counted as a call not recorded."""
        self.numbers(call, {name: value}, step)

    def numbers(
        self, call: str, values: Mapping[Any, Any], step: Any = None, epoch: float | None = None
    ) -> None:
        """Record several numbers, of the Trainer's epoch where none is given."""
        found = {str(name): number_of(value) for name, value in values.items()}
        numbers = {name: value for name, value in found.items() if value is not None}
        if len(numbers) < len(found) or self._take is None:
            self.pass_over(call)
        if self._take is not None and numbers:
            if epoch is None:
                epoch = float(getattr(self.trainer, "current_epoch", 0))
            at = self._step(step)
            self._take([(at, epoch, name, value) for name, value in numbers.items()])

    def picture(
        self, call: str, name: object, value: Any, step: Any = None, axes: str = ""
    ) -> None:
        """Save a picture as `media/NAME/STEP.png`; `axes` as in `png_of`."""
        png = png_of(value, axes)
        if png is None:
            self.pass_over(call)
            return
        folder = self._media(name)
        path = folder / f"{self._step(step):08d}.png"
        atomic_write(path, png)
        kept = self._kept.setdefault(folder, sorted(folder.glob("*.png")))
        if path not in kept:
            kept.append(path)
        while len(kept) > KEPT:
            kept.pop(0).unlink(missing_ok=True)

    def anything(self, call: str, name: object, value: Any, step: Any = None) -> None:
        """Record a number, a picture or a list of pictures under a name."""
        if not is_shown(value):
            self.number(call, name, value, step)
            return
        several = value if isinstance(value, list | tuple) else [value]
        for number, each in enumerate(several):
            self.picture(call, name if len(several) == 1 else f"{name}/{number}", each, step)

    def file(self, call: str, path: object) -> None:
        """Copy a file that the module made to `media/files/`."""
        source = Path(str(path))
        if not source.is_file() or source.stat().st_size > LARGEST_FILE:
            self.pass_over(call)
            return
        target = self._media("files") / source.name
        try:
            shutil.copyfile(source, target)
        except shutil.SameFileError:
            return
        except OSError as error:
            raise write_failure(target, error) from error

    # What is not

    def pass_over(self, call: str) -> None:
        """Count a call that was accepted and not recorded."""
        self._passed_over[call] += 1

    def said(self) -> list[str]:
        """A line for each kind of call that was not recorded; they are counted anew from here."""
        counted, self._passed_over = self._passed_over, Counter()
        return [
            f"{count} {'calls' if count > 1 else 'call'} of self.logger.{call} "
            f"{'were' if count > 1 else 'was'} accepted and not recorded"
            for call, count in counted.items()
        ]

    # Folders

    def log_folder(self, *parts: str) -> Path:
        """A folder for the module's own files, which exists."""
        folder = self.folder.joinpath("logs", *parts)
        make_folder(folder)
        return folder

    def _media(self, name: object) -> Path:
        parts = [_safe(part) for part in str(name).replace("\\", "/").split("/")]
        above = [] if self.version == TRAINING else [self.version]
        named = [part for part in parts if part] or ["unnamed"]
        folder = self.folder.joinpath("media", *above, *named)
        make_folder(folder)
        return folder

    def _step(self, step: Any) -> int:
        number = number_of(step)
        return int(getattr(self.trainer, "global_step", 0) if number is None else number)


def number_of(value: Any) -> float | None:
    """A value as a number, where it is one or holds just one."""
    if isinstance(value, bool | int | float | np.number | np.bool_):
        return float(value)
    if isinstance(value, Tensor):
        plain = value.numel() == 1 and not value.is_complex()
        return float(value.detach()) if plain else None
    if isinstance(value, np.ndarray) and value.size == 1 and value.dtype.kind in "buif":
        return float(value.reshape(()))
    return None


def _safe(part: str) -> str:
    """A name for a folder: of plain characters, and never one that leads out."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "_", part).strip("._")[:80]
