"""The check: a condition on a stage's outcome."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from art.core.probe import ProbeReport
from art.core.record import Record


@dataclass(frozen=True)
class Findings:
    """What a check looks at.

    Attributes:
        scores: what the stage measured.
        earlier: gives the record of an earlier stage by its name; None where it has none.
        probes: what the probes that the stage ran say of the program.
    """

    scores: Mapping[str, float]
    earlier: Callable[[str], Record | None]
    probes: Sequence[ProbeReport] = ()


@dataclass(frozen=True)
class Verdict:
    """What a check says.

    Attributes:
        passed: whether the condition holds.
        value: what was measured; None where it was not.
        expected: the condition, `"< 0.01"`.
        message: one sentence for people.
        hint: what to look at first, where the check itself knows; it comes before a stage's hint.
    """

    passed: bool
    value: float | str | None
    expected: str
    message: str
    hint: str = ""


class Check(ABC):
    """A condition. `severity` and `hint` are settings of every check's section in a config and
    are kept by ART: a check itself need not know them."""

    @abstractmethod
    def judge(self, findings: Findings) -> Verdict:
        """Judge what a stage found. A missing score is a verdict, never an exception."""
