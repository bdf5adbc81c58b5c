"""Keeps the bytes that configs were made from, so that a later version can be merged."""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from art.core.files import atomic_write
from art.core.planted import read_planted
from art.errors import StoreError


def keep(data: bytes) -> None:
    """Keep what came. A folder that cannot be written is no fault: it can be fetched again."""
    file = _file(sha256(data).hexdigest())
    with suppress(OSError, StoreError):
        file.parent.mkdir(parents=True, exist_ok=True)
        atomic_write(file, data)


def kept(digest: str) -> bytes | None:
    """What was kept under a digest; None where it is gone, or is no longer what it was."""
    try:
        data = read_planted(_file(digest))
    except OSError:
        return None
    return data if sha256(data).hexdigest() == digest else None


def _file(digest: str) -> Path:
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("art")) / "hub" / f"{digest}.cfg"
