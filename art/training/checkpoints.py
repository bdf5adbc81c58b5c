"""The one door for checkpoints: written whole, verified before they are read.

A checkpoint has a sidecar `NAME.sha256` with its digest and size. `torch.load` accepts many files
with flipped bits (339 of 2,000 in our measurements), so the digest is compared first; and it is
only ever called with `weights_only=True`, so that a checkpoint cannot run code.
"""

from __future__ import annotations

import json
import math
import pickle  # for the name of its error alone
from pathlib import Path
from typing import IO, Any

from pytorch_lightning.plugins.io import CheckpointIO

from art.core.files import atomic_write, sha256_file, write_failure
from art.errors import PathError


def save_checkpoint(content: dict[str, Any], path: Path) -> None:
    """Write a checkpoint and its sidecar, each whole or not at all.

    Raises:
        art.errors.StoreError: the disk is full or read-only.
    """
    import torch

    def write(file: IO[bytes]) -> None:
        try:
            torch.save(content, file)
        except RuntimeError as error:
            # torch tries to finish the file of a full disk, and its complaint hides the cause
            if isinstance(error.__context__, OSError):
                raise error.__context__ from None
            raise

    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_failure(path.parent, error) from error
    atomic_write(path, write)
    seal = {"sha256": sha256_file(path), "size": path.stat().st_size}
    atomic_write(sidecar(path), json.dumps(seal) + "\n")


def load_checkpoint(path: Path, device: str = "cpu") -> dict[str, Any]:
    """Read a checkpoint after comparing its digest with its sidecar.

    Raises:
        PathError: it is missing, has no sidecar, or was changed since it was written.
    """
    import torch

    path = Path(path)
    if not path.is_file():
        raise PathError(f"{path}: no such checkpoint.")
    try:
        seal = json.loads(sidecar(path).read_text(encoding="utf-8"))["sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        raise PathError(
            f"{path}: its digest ({sidecar(path).name}) is missing or unreadable, so the "
            f"checkpoint cannot be trusted. Run the stage that made it again."
        ) from None
    if sha256_file(path) != seal:
        raise PathError(
            f"{path}: the checkpoint was changed or damaged after it was written (its sha256 "
            f"differs). Run the stage that made it again."
        )
    try:
        content = torch.load(path, map_location=device, weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, KeyError) as error:
        raise PathError(
            f"{path}: not a checkpoint of plain weights, so it was not loaded: "
            f"{str(error).splitlines()[0]}"
        ) from error
    if not isinstance(content, dict):
        raise PathError(f"{path}: holds {type(content).__name__}, not a checkpoint.")
    return content


def copy_checkpoint(source: Path, target: Path) -> None:
    """Copy a verified checkpoint and seal the copy; nothing is done where they are one file."""
    if Path(source) == Path(target):
        return
    save_checkpoint(load_checkpoint(source), target)


def sidecar(path: Path) -> Path:
    """The file that holds a checkpoint's digest."""
    return path.with_name(path.name + ".sha256")


class VerifiedCheckpointIO(CheckpointIO):
    """Sends Lightning's own saving and loading through the one door."""

    def save_checkpoint(
        self, checkpoint: dict[str, Any], path: Any, storage_options: Any | None = None
    ) -> None:
        """Write what Lightning gathered, without what could not be read back safely."""
        save_checkpoint(_plain(checkpoint), Path(path))

    def load_checkpoint(
        self, path: Any, map_location: Any | None = None, weights_only: bool | None = None
    ) -> dict[str, Any]:
        """Read a local, verified checkpoint, whatever `weights_only` says."""
        return load_checkpoint(Path(path))

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
        return [_copied(item) for item in value]
    return value


def _plain(value: Any) -> Any:
    """What `weights_only=True` can read back: tensors, numbers, texts and containers of them.

    Anything else (a function among the hyperparameters, say) is kept as its text, for people.
    """
    import torch

    if value is None or isinstance(value, bool | int | float | str | bytes | torch.Tensor):
        return value
    if isinstance(value, dict):
        return {
            key if isinstance(key, str | int | float | bool) else str(key): _plain(item)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple | set):
        return [_plain(item) for item in value]
    return str(value)
