"""How a recipe ended, and the exit codes that say so."""

from __future__ import annotations

from dataclasses import dataclass, field

from art.core.record import Record
from art.running.planned import PlannedStage

OK, GATE_CLOSED, USER_ERROR, CRASHED, INTERRUPTED = 0, 1, 2, 3, 130


@dataclass
class RunResult:
    """How a recipe ended.

    Attributes:
        plan: what was to be done.
        records: of the stages that ran now, in order.
        exit_code: the contract's: 0 every gate asked for is open, 1 a gate is closed, 2 the user's
            mistake, 3 a stage crashed, 130 interrupted (143 by SIGTERM).
        error: what ended it, where that was no check.
    """

    plan: list[PlannedStage] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    exit_code: int = OK
    error: BaseException | None = None

    @property
    def ok(self) -> bool:
        """Whether everything asked for is done and every gate open."""
        return self.exit_code == OK
