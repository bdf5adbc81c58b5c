"""The best weights of a run, kept as it goes on."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from art.training.checkpoints.door import load_checkpoint, save_checkpoint


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

    def replace(self, epoch: int, content: dict[str, Any]) -> None:
        """Take the content whatever its score: training has made its weights at its end."""
        self.score = 0.0 if self.score is None else self.score
        self.epoch, self._pending = epoch, _copied(content)

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
