"""Writes what was reviewed to its place. Where that fails, the text is kept elsewhere."""

from __future__ import annotations

from pathlib import Path

from art.config.reading.text import read_file
from art.core.files import atomic_write, target_of
from art.errors import HubError, StoreError, UserError
from art.hub.review import new_folder


def store_reviewed(path: Path, text: str, before: str | None) -> None:
    """Write a config that was reviewed.

    Args:
        path: its file, or a link to it, which stays; missing folders are made.
        text: what was accepted.
        before: what stood in the file when the review began; None where there was none.

    Raises:
        HubError: the file was changed meanwhile, or cannot be written. The message says where the
            text is kept.
    """
    place = target_of(path)
    try:
        now = read_file(path) if path.exists() else None
    except UserError:
        now = ""  # someone made something of it that is no config
    if now != before:
        raise _kept(path, text, f"{path} was changed by someone else during the review")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        atomic_write(place, text)
    except (OSError, StoreError) as error:
        raise _kept(path, text, str(error).rstrip(".")) from None


def _kept(path: Path, text: str, why: str) -> HubError:
    place = new_folder() / path.name
    atomic_write(place, text)
    return HubError(f"{why}; it was left as it is. What you accepted is in {place}")
