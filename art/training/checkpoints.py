"""The one door for checkpoints: written whole, verified before they are read.

A checkpoint has a sidecar `NAME.sha256` with its digest and size. `torch.load` accepts many files
with flipped bits (339 of 2,000 in our measurements), so the digest is compared first; and it is
only ever called with `weights_only=True`, so that a checkpoint cannot run code.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from pytorch_lightning.plugins.io import CheckpointIO

from art.core.files import atomic_write, make_folder
from art.errors import PathError
from art.training.plain_values import json_values, plain, restored
from art.training.sealing import Seal, SealingFile, bears, read_seals, seal_of, sidecar, write_seals
from art.training.weights_only import read_plain

HYPERPARAMETERS = ("hyper_parameters", "datamodule_hyper_parameters")
"""What Lightning keeps of constructors' arguments; written as JSON's values."""


def save_checkpoint(content: dict[str, Any], path: Path) -> None:
    """Write a checkpoint and its sidecar; a kill at any moment leaves the old one or the new.

    Raises:
        art.errors.StoreError: the disk is full or read-only.
    """
    path = Path(path)
    make_folder(path.parent)
    before = _seals_in_force(path)
    new: list[Seal] = []

    def write(file: IO[bytes]) -> None:
        new[:] = [_save(content, file)]

    def seal_both() -> None:
        write_seals(path, [*new, *(seal for seal in before if seal not in new)])

    atomic_write(path, write, before_replacing=seal_both)
    if before:
        write_seals(path, new)


def _save(content: dict[str, Any], file: IO[bytes]) -> Seal:
    import torch

    sealing = SealingFile(file)
    try:
        torch.save(content, cast(IO[bytes], sealing))
    except RuntimeError as error:
        # torch tries to finish the file of a full disk, and its complaint hides the cause
        if isinstance(error.__context__, OSError):
            raise error.__context__ from None
        raise
    return sealing.seal


def _seals_in_force(path: Path) -> list[Seal]:
    """The seal of the checkpoint that is there; none where there is none that could be loaded."""
    seals = read_seals(path)
    try:
        if len(seals) < 2:  # the usual case, and reading a large file is slow
            return seals if path.is_file() else []
        with path.open("rb") as file:
            found = seal_of(file)
    except OSError:
        return []
    return [seal for seal in seals if seal == found]


def load_checkpoint(path: Path, device: str = "cpu") -> dict[str, Any]:
    """Read a checkpoint after comparing its size and digest with its sidecar.

    Raises:
        PathError: it is missing, has no sidecar, or was changed since it was written.
    """
    path = Path(path)
    with _verified(path) as file:
        return read_plain(file, path, device)


@contextmanager
def _verified(path: Path) -> Iterator[IO[bytes]]:
    """The checkpoint, opened once: what was verified is what is read, whoever replaces it."""
    seals = read_seals(path)
    for _ in range(10):
        with _opened(path) as file:
            if bears(file, seals):
                yield file
                return
        before, seals = seals, read_seals(path)
        if seals == before:
            break  # else it was replaced between the two readings
    if not seals:
        raise PathError(
            f"{path}: its digest ({sidecar(path).name}) is missing or unreadable, so the "
            f"checkpoint cannot be trusted. Run the stage that made it again."
        )
    raise PathError(
        f"{path}: the checkpoint was changed or damaged after it was written (its sha256 or size "
        f"differs). Run the stage that made it again."
    )


def _opened(path: Path) -> IO[bytes]:
    if not path.is_file():
        raise PathError(f"{path}: no such checkpoint.")
    try:
        return path.open("rb")
    except OSError as error:
        raise PathError(f"{path}: cannot be read: {error.strerror or error}.") from None


def copy_checkpoint(source: Path, target: Path) -> None:
    """Copy a verified checkpoint and seal the copy; nothing is done where they are one file."""
    if Path(source) == Path(target):
        return
    save_checkpoint(load_checkpoint(source), target)


class VerifiedCheckpointIO(CheckpointIO):
    """Sends Lightning's own saving and loading through the one door."""

    def save_checkpoint(
        self, checkpoint: dict[str, Any], path: Any, storage_options: Any | None = None
    ) -> None:
        """Write what Lightning gathered, without what could not be read back safely."""
        content = {
            name: json_values(value) if name in HYPERPARAMETERS else plain(value)
            for name, value in checkpoint.items()
        }
        save_checkpoint(content, Path(path))

    def load_checkpoint(
        self, path: Any, map_location: Any | None = None, weights_only: bool | None = None
    ) -> dict[str, Any]:
        """Read a local, verified checkpoint, whatever `weights_only` says."""
        content: dict[str, Any] = restored(load_checkpoint(Path(path)))
        return content

    def remove_checkpoint(self, path: Any) -> None:
        """Remove a checkpoint and its sidecar."""
        Path(path).unlink(missing_ok=True)
        sidecar(Path(path)).unlink(missing_ok=True)


class BestWeights:
    """Keeps the best weights of a run, and writes them without slowing training down.

    An improvement is written at once when writing is cheap against the time trained since the
    last write, else it waits in memory until then or until `finish`.

    Args:
        path: the file to write.
        higher_is_better: the direction of the scores.
        share: the largest part of the training time that may go into writing.
    """

    def __init__(self, path: Path, higher_is_better: bool, share: float = 0.02) -> None:
        self.path = path
        self.score: float | None = None
        self.epoch = 0
        self._sign = 1.0 if higher_is_better else -1.0
        self._share = share
        self._pending: dict[str, Any] | None = None
        self._write_seconds = 0.0
        self._written_at: float | None = None

    def offer(self, score: float, epoch: int, content: dict[str, Any]) -> bool:
        """Take the content if its score is better; say whether it was.

        Args:
            score: of the weights; a score that is not finite is never the best.
            epoch: whose weights they are.
            content: `{"state_dict": ..., ...}`; tensors are copied.
        """
        import time

        if not math.isfinite(score):
            return False
        if self.score is not None and self._sign * score <= self._sign * self.score:
            return False
        self.score, self.epoch = score, epoch
        self._pending = _copied(content)
        now = time.monotonic()
        if self._written_at is None:
            self._written_at = now
        elif self._write_seconds < self._share * (now - self._written_at):
            self.flush()
        return True

    def go_on(self, score: float | None, epoch: int) -> None:
        """Be what an earlier process had offered and written."""
        self.score, self.epoch, self._pending = score, epoch, None

    def flush(self) -> None:
        """Write the best weights if they are not on disk yet."""
        import time

        if self._pending is None:
            return
        started = time.monotonic()
        save_checkpoint(self._pending, self.path)
        self._pending = None
        self._written_at = time.monotonic()
        self._write_seconds = self._written_at - started

    def load(self) -> dict[str, Any]:
        """The best weights, from memory or disk."""
        return self._pending if self._pending is not None else load_checkpoint(self.path)


def _copied(value: Any) -> Any:
    import torch

    if isinstance(value, torch.Tensor):
        return value.detach().to("cpu", copy=True)
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        copies = [_copied(item) for item in value]
        return tuple(copies) if isinstance(value, tuple) else copies
    return value
