"""Remembers which configs were reviewed, in the user's state folder.

A config says where it is from in a line of its own, which anybody can write there: that it was
reviewed is not to be believed of it. Nor is a file what was reviewed because its source was: the
text that was accepted is what is remembered, by its digest.
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


def remember(file: Path, lock: Lock, accepted: str) -> None:
    """Remember what the user has read and accepted of a source.

    Where the state folder cannot be written, the config is shown for review again next time.

    Args:
        file: where it was saved.
        lock: what it was made from.
        accepted: all of the text that was saved.
    """
    entry = _entry(file, lock)
    with suppress(OSError, StoreError):
        entry.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        atomic_write(
            entry, json.dumps(_content(file, lock, _digest(accepted))) + "\n", mode=PRIVATE
        )


def is_remembered(file: Path, lock: Lock, text: str) -> bool:
    """Whether the user has reviewed this very text, as made from that source, in this place."""
    return _remembered(file, lock) == _content(file, lock, _digest(text))


def was_reviewed(file: Path, lock: Lock) -> bool:
    """Whether the user has reviewed some text that was made from that source, in this place."""
    return _remembered(file, lock) is not None


def _remembered(file: Path, lock: Lock) -> dict[str, str] | None:
    """What the last review left; None if it cannot be read."""
    try:
        content = json.loads(read_planted(_entry(file, lock)))
        accepted = str(content["accepted"])
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None
    return content if content == _content(file, lock, accepted) else None


def _entry(file: Path, lock: Lock) -> Path:
    from platformdirs import user_state_dir

    place = sha256(str(file.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return Path(user_state_dir("art")) / "reviewed" / f"{lock.sha256}-{place}.json"


def _content(file: Path, lock: Lock, accepted: str) -> dict[str, str]:
    return {"path": str(file.resolve()), **asdict(lock), "accepted": accepted}


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
