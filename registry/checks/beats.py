"""The check that compares a stage with an earlier one."""

from __future__ import annotations

import math
from typing import Literal

from art.core.check import Check, Findings, Verdict
from art.registries import checks
from art.registry.checks.comparisons import missing, not_asked, show


@checks("art.Beats.v1")
class Beats(Check):
    """The score is at least as good as another stage's score plus a margin.

    Args:
        score: the score of this stage.
        stage: the other stage's name.
        against: the other stage's score; the same name where null.
        margin: by how much this one must be better; negative where it may be that much worse.
        better: which direction is better.
        noise: a score of this stage that holds its standard error, e.g. `test/accuracy_error`;
            twice that much is allowed to be missing, since it may be chance.
        optional: holds where this stage or the other one did not measure the score.
        instead: the score that is judged where this stage did not measure `score`: that of val
            where there is no test split.
    """

    def __init__(
        self,
        score: str,
        stage: str,
        against: str | None = None,
        margin: float = 0.0,
        better: Literal["higher", "lower"] = "higher",
        noise: str | None = None,
        optional: bool = False,
        instead: str | None = None,
    ) -> None:
        self.score = score
        self.stage = stage
        self.against = against
        self.margin = margin
        self.better = better
        self.noise = noise
        self.optional = optional
        self.instead = instead

    def judge(self, findings: Findings) -> Verdict:
        """Look both scores up and compare."""
        score, noise = self.score, self.noise
        if self.instead and score not in findings.scores:
            noise = noise and noise.replace(score, self.instead)
            score = self.instead
        against = self.against or score
        sign = ">=" if self.better == "higher" else "<="
        expected = f"{sign} {against} of {self.stage}"
        if self.optional and score not in findings.scores:
            return not_asked(score, expected)
        record = findings.earlier(self.stage)
        if record is None:
            return Verdict(
                False,
                None,
                expected,
                f"the stage '{self.stage}' has left no record to compare with",
            )
        other = record.scores.get(against)
        if other is None and self.optional:
            return not_asked(f"{against} of {self.stage}", expected)
        if other is None:
            names = ", ".join(sorted(record.scores)[:20]) or "nothing"
            return Verdict(
                False,
                None,
                expected,
                f"'{self.stage}' has no score '{against}'. It measured: {names}.",
            )
        chance = 2 * findings.scores.get(noise, 0.0) if noise else 0.0
        margin = self.margin - chance
        goal = other + margin if self.better == "higher" else other - margin
        change = f" {'+' if goal >= other else '-'} {show(abs(goal - other))}"
        allowance = change if margin else ""
        expected = f"{sign} {show(goal)} ({self.stage}: {show(other)}{allowance})"
        found = findings.scores.get(score)
        if found is None:
            return missing(score, findings, expected)
        holds = found >= goal if self.better == "higher" else found <= goal
        passed = math.isfinite(found) and math.isfinite(goal) and holds
        verb = "is" if passed else "is not"
        return Verdict(
            passed, found, expected, f"{score} is {show(found)}, which {verb} {expected}"
        )
