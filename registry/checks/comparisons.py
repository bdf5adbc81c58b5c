"""Checks that compare one score with a number or with another score."""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import Annotated

from annotated_types import Ge

from art.core.check import Check, Findings, Verdict
from art.errors import did_you_mean
from art.registries import checks


def show(value: float) -> str:
    """A number with four significant digits; a whole one as it is."""
    return f"{value:.4g}"


def missing(score: str, findings: Findings, expected: str) -> Verdict:
    """The verdict on a score that is not there, with those that are."""
    names = sorted(findings.scores)
    known = f" The stage measured: {', '.join(names[:20])}." if names else " It measured nothing."
    close = did_you_mean(score, names) if len(names) > 12 else ""
    return Verdict(False, None, expected, f"there is no score '{score}'.{close}{known}")


def not_asked(score: str, expected: str) -> Verdict:
    """The verdict of a check that only asks for what was measured, where it was not."""
    return Verdict(True, None, expected, f"{score} was not measured, so there is nothing to ask")


class Comparison(Check):
    """Compares `score` with `value`, a number or the name of another score of the same stage.

    Args:
        score: the score to look at.
        value: a number, or the name of another score of the stage.
        optional: holds where the score, or the one it is compared with, was not measured.
    """

    def __init__(self, score: str, value: float | str, optional: bool = False) -> None:
        self.score = score
        self.value = value
        self.optional = optional

    def judge(self, findings: Findings) -> Verdict:
        """Look both up and compare; what is missing is said."""
        if self.optional and self.score not in findings.scores:
            return not_asked(self.score, self.words(str(self.value)))
        goal, source = self._goal(findings)
        if goal is None and self.optional:
            return not_asked(str(self.value), self.words(str(self.value)))
        if goal is None:
            return missing(str(self.value), findings, self.words(str(self.value)))
        expected = self.words(show(goal)) + source
        found = findings.scores.get(self.score)
        if found is None:
            return missing(self.score, findings, expected)
        passed = math.isfinite(found) and self.holds(found, goal)
        verb = "is" if passed else "is not"
        message = f"{self.score} is {show(found)}, which {verb} {expected}"
        return Verdict(passed, found, expected, message)

    def _goal(self, findings: Findings) -> tuple[float | None, str]:
        if isinstance(self.value, str):
            goal = findings.scores.get(self.value)
            return goal, f" ({self.value})"
        return self.value, ""

    @abstractmethod
    def holds(self, found: float, goal: float) -> bool:
        """Whether the condition holds for finite numbers."""

    @abstractmethod
    def words(self, goal: str) -> str:
        """The condition in words."""


@checks("art.LessThan.v1")
class LessThan(Comparison):
    """The score is below a value."""

    def holds(self, found: float, goal: float) -> bool:
        """Strictly below."""
        return found < goal

    def words(self, goal: str) -> str:
        """`< goal`."""
        return f"< {goal}"


@checks("art.GreaterThan.v1")
class GreaterThan(Comparison):
    """The score is above a value."""

    def holds(self, found: float, goal: float) -> bool:
        """Strictly above."""
        return found > goal

    def words(self, goal: str) -> str:
        """`> goal`."""
        return f"> {goal}"


@checks("art.Equals.v1")
class Equals(Comparison):
    """The score equals a value, exactly."""

    def holds(self, found: float, goal: float) -> bool:
        """Exactly equal."""
        return found == goal

    def words(self, goal: str) -> str:
        """`== goal`."""
        return f"== {goal}"


@checks("art.CloseTo.v1")
class CloseTo(Comparison):
    """The score lies within a tolerance of a value.

    Args:
        score: the score to look at.
        value: a number, or the name of another score of the stage.
        relative: tolerance as a share of the value's size.
        absolute: tolerance in the score's units; the larger of the two counts.
        optional: holds where the score, or the one it is compared with, was not measured.
    """

    def __init__(
        self,
        score: str,
        value: float | str,
        relative: Annotated[float, Ge(0)] = 0.0,
        absolute: Annotated[float, Ge(0)] = 0.0,
        optional: bool = False,
    ) -> None:
        super().__init__(score, value, optional)
        self.relative = relative
        self.absolute = absolute

    def holds(self, found: float, goal: float) -> bool:
        """Within the larger tolerance."""
        return abs(found - goal) <= max(self.relative * abs(goal), self.absolute)

    def words(self, goal: str) -> str:
        """`within 10% of goal`."""
        parts = []
        if self.relative:
            parts.append(f"{self.relative:.4g} of its size")
        if self.absolute or not parts:
            parts.append(show(self.absolute))
        return f"{goal} within {' or '.join(parts)}"


@checks("art.Exists.v1")
class Exists(Check):
    """The score was measured and is a finite number.

    Args:
        score: the score to look at.
        optional: holds where the score was not measured.
    """

    def __init__(self, score: str, optional: bool = False) -> None:
        self.score = score
        self.optional = optional

    def judge(self, findings: Findings) -> Verdict:
        """Look the score up."""
        expected = "a finite number"
        if self.optional and self.score not in findings.scores:
            return not_asked(self.score, expected)
        found = findings.scores.get(self.score)
        if found is None:
            return missing(self.score, findings, expected)
        passed = math.isfinite(found)
        verb = "is" if passed else "is not"
        return Verdict(
            passed, found, expected, f"{self.score} is {show(found)}, which {verb} {expected}"
        )
