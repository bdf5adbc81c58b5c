"""What a measurement found, in one line."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Figure:
    """A measured row of docs/robustness.md.

    Attributes:
        text: what was done and what came of it, with the numbers.
        holds: whether the target was reached.
        faults: what went wrong, a line each.
    """

    text: str
    holds: bool
    faults: list[str] = field(default_factory=list)
