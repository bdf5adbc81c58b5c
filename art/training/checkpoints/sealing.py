"""A file's seal: its digest and size, in a sidecar `NAME.sha256` beside it.

The file and its sidecar are two, and a process may be killed between the two being replaced. So a
sidecar holds two seals while its file is replaced, that of the file to come and, under `before`,
that of the file that is there: whichever of them a kill leaves behind is sealed.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from art.core.files import atomic_write
from art.core.planted import read_planted, read_stored

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Seal:
    """What a file must be.

    Attributes:
        sha256: the hex digest of its content.
        size: in bytes.
    """

    sha256: str
    size: int


class SealingFile:
    """A binary file for writing that knows the seal of what was written to it.

    The digest is of what the writer meant, so that what goes wrong on the way to the disk shows.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self._size = 0

    def write(self, data: Any) -> int:
        """Write and note the bytes."""
        self._digest.update(data)
        self._size += memoryview(data).nbytes
        return self._file.write(data)

    def flush(self) -> None:
        """Flush the file."""
        self._file.flush()

    @property
    def seal(self) -> Seal:
        """Of what was written so far."""
        return Seal(self._digest.hexdigest(), self._size)


def sidecar(path: Path) -> Path:
    """The file that holds a file's seal."""
    return path.with_name(path.name + ".sha256")


def read_seals(path: Path) -> list[Seal]:
    """The seals that a file may bear, the newest first; none where the sidecar makes no sense."""
    try:
        # a checkpoint that a user linked has a linked sidecar; ART links neither
        read = read_planted if path.is_symlink() else read_stored
        values = json.loads(read(sidecar(path)))
        parts = [values, *values.get("before", [])]
        return [_seal(part) for part in parts]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []


def write_seals(path: Path, seals: list[Seal]) -> None:
    """Write the sidecar of a file.

    Args:
        path: the sealed file.
        seals: the newest first; more than one only while the file is being replaced.

    Raises:
        art.errors.StoreError: the disk is full or read-only.
    """
    first, *before = (asdict(seal) for seal in seals)
    values = {**first, "before": before} if before else first
    atomic_write(sidecar(path), json.dumps(values) + "\n")


def seal_of(file: IO[bytes]) -> Seal:
    """The seal of an open file's content; the file stands at its beginning afterwards."""
    digest = hashlib.sha256()
    file.seek(0)
    size = 0
    while block := file.read(1 << 20):
        digest.update(block)
        size += len(block)
    file.seek(0)
    return Seal(digest.hexdigest(), size)


def bears(file: IO[bytes], seals: list[Seal]) -> bool:
    """Whether an open file's content is what one of the seals says; by size first, as it is cheap.

    The file stands at its beginning afterwards.
    """
    size = file.seek(0, 2)
    likely = [seal for seal in seals if seal.size == size]
    return bool(likely) and seal_of(file) in likely


def _seal(values: Any) -> Seal:
    sha256, size = values["sha256"], values["size"]
    if type(size) is not int or not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
        raise ValueError("not a seal")
    return Seal(sha256, size)
