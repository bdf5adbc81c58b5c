"""The one door for checkpoints: written whole, verified before they are read.

A checkpoint has a sidecar `NAME.sha256` with its digest and size. `torch.load` accepts many files
with flipped bits (339 of 2,000 in our measurements), so the digest is compared first; and it is
only ever called with `weights_only=True`, so that a checkpoint cannot run code.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from art.core.files import atomic_write, make_folder, unreadable
from art.core.planted import open_planted
from art.errors import PathError
from art.training.checkpoints.sealing import (
    Seal,
    SealingFile,
    bears,
    read_seals,
    seal_of,
    sidecar,
    write_seals,
)
from art.training.checkpoints.weights_only import read_plain


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
        with open_planted(path) as file:
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
    try:
        return open_planted(path)
    except OSError as error:
        raise unreadable(path, "checkpoint", error) from None


def copy_checkpoint(source: Path, target: Path) -> None:
    """Copy a verified checkpoint and seal the copy; nothing is done where they are one file."""
    if Path(source) == Path(target):
        return
    save_checkpoint(load_checkpoint(source), target)
