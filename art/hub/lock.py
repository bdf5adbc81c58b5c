"""The line of a config that keeps where it is from, so that it can be updated."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, fields

LINE = re.compile(r"# art-lock: (?P<json>\{.*\})\s*$")
DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Lock:
    """What a config was made from.

    Attributes:
        source: as a user writes it.
        revision: the commit of a git source; else empty.
        sha256: of the bytes that came.
    """

    source: str
    revision: str
    sha256: str

    @property
    def line(self) -> str:
        """The line, with its end."""
        return f"# art-lock: {json.dumps(asdict(self))}\n"


def with_lock(text: str, lock: Lock) -> str:
    """The config with its lock as the first line."""
    return lock.line + without_lock(text)


def without_lock(text: str) -> str:
    """The config without its lock."""
    return "".join(line for line in text.splitlines(keepends=True) if not LINE.match(line))


def read_lock(text: str) -> Lock | None:
    """The lock of a config; None where it has none that can be read."""
    for line in text.splitlines()[:20]:
        match = LINE.match(line)
        if match is None:
            continue
        try:
            values = json.loads(match["json"])
            lock = Lock(**{field.name: values[field.name] for field in fields(Lock)})
        except (ValueError, KeyError, TypeError, RecursionError):
            return None
        sound = all(isinstance(value, str) for value in asdict(lock).values())
        return lock if sound and DIGEST.fullmatch(lock.sha256) else None
    return None
