"""The faults found in a config, each with its place."""

from __future__ import annotations

from art.config.layering.layers import Places
from art.config.reading.positions import MAX_FAULTS, Path
from art.config.reading.references import Resolved
from art.errors import Fault


class TooManyFaults(Exception):  # noqa: N818 - it never leaves art.config
    """Nobody reads more; checking on takes time for nothing."""


class FaultList:
    """Gathers faults at the places where things stand.

    Args:
        resolved: the filled values with references looked up.
        places: where they stand.
    """

    def __init__(self, resolved: Resolved, places: Places) -> None:
        self.faults: list[Fault] = []
        self._resolved = resolved
        self._places = places

    def fault(self, message: str, path: Path) -> None:
        """A fault of a whole section."""
        at = self._places.header(path)
        self._add(Fault(message, ".".join(path), at, word=self._word(path)))

    def fault_at_value(self, message: str, path: Path, word: str = "") -> None:
        """A fault of one value.

        Args:
            message: what is wrong.
            path: the setting.
            word: the text inside the value that it is about.
        """
        at = self._places.value(path)
        self._add(Fault(message, ".".join(path[:-1]), at, word=word or self._word(path)))

    def is_read(self, path: Path) -> bool:
        """Whether what stands at a path could be read and looked up."""
        return path not in self._resolved.broken

    def is_written(self, path: Path) -> bool:
        """Whether someone wrote what stands at a path, and it could be read."""
        return path in self._places.keys and self.is_read(path)

    def fault_at_key(self, message: str, path: Path) -> None:
        """A fault of a key, whatever its value."""
        at = self._places.key(path)
        self._add(Fault(message, ".".join(path[:-1]), at, word=self._word(path)))

    def _word(self, path: Path) -> str:
        """The key, where it stands inside a value and has no place of its own."""
        return "" if path in self._places.keys else path[-1]

    def _add(self, fault: Fault) -> None:
        self.faults.append(fault)
        if len(self.faults) >= MAX_FAULTS:
            raise TooManyFaults
