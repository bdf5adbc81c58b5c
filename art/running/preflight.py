"""Looks, before anything is trained, whether what comes of it can be kept."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from functools import partial
from pathlib import Path

from art.config import RecipeConfig, build
from art.errors import StoreError
from art.running.guarded_logger import built_logger, reached
from art.store.locking import brief_lock

LEAST = 4 << 20
"""Bytes that the records, logs and figures of a small stage need."""
KEPT = 3
"""Files that a training run holds at its height: the best weights and two states."""


def refuse_what_cannot_be_kept(store: Path) -> None:
    """Look whether the store has room for records, and whether locks hold there.

    Args:
        store: the project's folder in the run store; it exists.

    Raises:
        StoreError: it has not, or they cannot be taken.
    """
    refuse_without_room(store, LEAST, "records and figures")
    probe = store / f".preflight-{os.getpid()}.lock"
    try:
        with brief_lock(probe):
            pass
    except NotImplementedError as error:  # a file system without locks
        raise StoreError(
            f"{store} is on a file system that cannot lock files: {error}. Choose another folder "
            f"with --paths.runs=DIR."
        ) from error
    finally:
        with suppress(OSError):
            probe.unlink(missing_ok=True)


def refuse_silent_trackers(config: RecipeConfig) -> None:
    """Make each logger once, and ask whether what it sends to answers.

    Raises:
        UserError: one cannot be made, or does not answer.
    """
    blocks = {
        name: block
        for stage in config.stages
        for name, block in config.parts("loggers", stage.name).items()
    }
    for name, block in blocks.items():
        logger = built_logger(name, partial(build, block))
        with reached(name):
            logger.probe()


def refuse_without_room(folder: Path, needed: int, what: str) -> None:
    """Look whether that many bytes are free.

    Raises:
        StoreError: they are not.
    """
    try:
        free = shutil.disk_usage(folder).free
    except OSError:  # what cannot be known here shows at the first write
        return
    if free < needed:
        raise StoreError(
            f"{folder}: {what} need {_megabytes(needed)}, and {_megabytes(free)} are free. Free "
            f"some space, or choose another folder with --paths.runs=DIR."
        )


def room_for_training(parameters: int, trained: int) -> int:
    """Bytes that checkpoints of a model take: the best weights, and two states with as much again
    for each of the two moments that an optimizer keeps.

    Args:
        parameters: bytes of the state dict.
        trained: bytes of what is trained of it.
    """
    return KEPT * parameters + 2 * 2 * trained


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count >= 1e5 else f"{count / 1e3:,.1f} kB"
