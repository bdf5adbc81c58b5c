"""How much may come, and how long it may take."""

from __future__ import annotations

from dataclasses import dataclass

from art.config.reading.text import MAX_BYTES


@dataclass(frozen=True)
class Limits:
    """Limits of one fetch.

    Attributes:
        seconds: in all, from the name look-up to the last byte.
        size: bytes of the file.
        pack: bytes of any one file that git may write on the way.
        redirects: how often an address may refer to another.
    """

    seconds: float = 30
    size: int = MAX_BYTES
    pack: int = 64_000_000
    redirects: int = 5


LIMITS = Limits()


@dataclass(frozen=True)
class Fetched:
    """A file that came.

    Attributes:
        data: its bytes.
        place: where it is from, for people and for the lock: what was asked for, with the
            revision pinned.
        revision: the commit of a git source, 40 or 64 hex digits; else empty.
    """

    data: bytes
    place: str
    revision: str = ""
