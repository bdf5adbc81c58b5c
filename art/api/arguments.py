"""Arguments that several functions of the API take."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

Overrides = Mapping[str, Any] | Sequence[str]
"""`{"paths.data": ...}`, or command line options `["--paths.data=..."]`."""

Say = Callable[[str], None]
"""Told what happens meanwhile."""


def path_of(path: Path | str | None) -> Path | None:
    """A path as it is given, or None."""
    return None if path is None else Path(path)
