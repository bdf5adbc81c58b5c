"""Remembers which configs were reviewed, in the user's state folder.

A config says where it is from in a line of its own, which anybody can write there: that it was
reviewed is not to be believed of it.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

from art.core.files import atomic_write
from art.core.planted import read_planted
from art.errors import StoreError
from art.hub.lock import Lock

PRIVATE = 0o600


def remember(file: Path, lock: Lock) -> None:
    """Remember that the user has reviewed what a file was made from.

    Where the state folder cannot be written, the config is shown for review again next time.
    """
    entry = _entry(file, lock)
    with suppress(OSError, StoreError):
        entry.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        atomic_write(entry, json.dumps(_content(file, lock)) + "\n", mode=PRIVATE)


def is_remembered(file: Path, lock: Lock) -> bool:
    """Whether the user has reviewed what this file was made from, in this place."""
    try:
        content = json.loads(read_planted(_entry(file, lock)))
    except (OSError, ValueError, RecursionError):
        return False
    return bool(content == _content(file, lock))


def _entry(file: Path, lock: Lock) -> Path:
    from platformdirs import user_state_dir

    place = sha256(str(file.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return Path(user_state_dir("art")) / "reviewed" / f"{lock.sha256}-{place}.json"


def _content(file: Path, lock: Lock) -> dict[str, str]:
    return {"path": str(file.resolve()), **asdict(lock)}
