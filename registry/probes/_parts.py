"""Parts of a model, by the names that a user gives them in `[contract]`."""

from __future__ import annotations

from collections.abc import Sequence


def is_declared(name: str, parts: Sequence[str]) -> bool:
    """Whether a parameter or module is one of the parts, or lies in one; what ART wraps around a
    network adds nothing to its names."""
    name = name.removeprefix("network.")
    bare = (part.removeprefix("network.") for part in parts)
    return any(name == part or name.startswith(f"{part}.") for part in bare)
