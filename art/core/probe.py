"""The probe: a measurement of the program itself, whose result checks can test."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from art.core.stage import StageContext


OF_STAGE = "the stage"
"""Whose word a suspicion is that no probe has."""


@dataclass(frozen=True)
class Suspicion:
    """What a probe finds wrong.

    Attributes:
        cause: the most likely mistake, in one sentence.
        evidence: what was measured.
        remedy: what to change.
        where: the parameter, column, batch or hook; empty for the whole program.
        certain: whether it closes the gate: an exact comparison, overwhelming evidence, or a
            contradiction of what the user declared in `[contract]`. Else it only warns.
    """

    cause: str
    evidence: str
    remedy: str
    where: str = ""
    certain: bool = True

    def __str__(self) -> str:
        at = f" ({self.where})" if self.where else ""
        return f"{self.cause}{at}: {self.evidence}"


class NotJudged(Exception):  # noqa: N818 - no error: the program is sound as far as is known
    """Raised by a probe that cannot judge a program; its text says why, for people."""


@dataclass(frozen=True)
class ProbeReport:
    """What a probe measured.

    Attributes:
        probe: its registered name.
        suspicions: what it finds wrong; none where the program is sound.
        not_judged: why the probe could not judge the program; empty where it did.
        seconds: how long it took, of the thread that trains.
    """

    probe: str
    suspicions: tuple[Suspicion, ...] = ()
    not_judged: str = ""
    seconds: float = 0.0


class Probe(ABC):
    """Measures one property of the program: gradients reach every parameter, samples do not
    mix, the loss falls towards its target.

    Attributes:
        cost: what it costs in passes, for people: `"1 forward, 1 backward"`.
    """

    cost: ClassVar[str] = ""

    @abstractmethod
    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """What is wrong, the most telling first; nothing where the program is sound.

        A program that the probe cannot judge (outputs that are no tensor, say) is not suspected.

        Raises:
            NotJudged: the probe cannot judge the program, and people should know why.
        """
