"""Makes a stage, reads what it returns, and judges it by its checks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from art.config import CheckSpec, StageSpec, build
from art.core.check import Check, Findings
from art.core.probe import OF_STAGE, ProbeReport
from art.core.record import MOST_SUSPECTED, CheckResult, Suspected
from art.core.stage import Outcome, Stage
from art.errors import UserError

OF_NAN = (
    "The score is not a number, so it is neither low nor high. Look for NaN in the model's outputs "
    "in eval mode: a mask that hides every step of a sample, a division by a count or variance "
    "that can be 0, a logarithm of 0."
)


def build_stage(spec: StageSpec) -> Stage:
    """The stage of a config.

    Raises:
        UserError: its function returned something else.
    """
    stage = build(spec.block)
    if not isinstance(stage, Stage):
        raise UserError(
            f"@stages '{spec.registered}' returned {type(stage).__name__}; it must return an "
            f"art.Stage."
        )
    return stage


def as_outcome(result: Any) -> Outcome:
    """What a stage returned, as an outcome: scores alone and nothing at all will do.

    Raises:
        UserError: it is none of these.
    """
    if isinstance(result, Outcome):
        return result
    if result is None:
        return Outcome()
    if isinstance(result, Mapping):
        return Outcome(scores={str(name): float(value) for name, value in result.items()})
    raise UserError(
        f"a stage returned {type(result).__name__}; it must return an art.Outcome, a dict of "
        f"scores, or nothing."
    )


def judge(spec: CheckSpec, findings: Findings, hints: Mapping[str, str]) -> CheckResult:
    """One check's word on what a stage found.

    Args:
        spec: the check, as the config has it.
        findings: what the stage found.
        hints: the stage's, by check or score.

    Raises:
        UserError: its function returned something that is no check.
    """
    check = build(spec.block)
    if not isinstance(check, Check):
        raise UserError(
            f"@checks '{spec.registered}' returned {type(check).__name__}; it must return an "
            f"art.Check."
        )
    verdict = check.judge(findings)
    hint = ""
    if not verdict.passed:
        # a check that asks for a number speaks of NaN itself
        asks = spec.registered == "art.Exists.v1"
        is_nan = not asks and isinstance(verdict.value, float) and math.isnan(verdict.value)
        hint = spec.hint or (OF_NAN if is_nan else verdict.hint or _hint(spec, check, hints))
    return CheckResult(
        name=spec.name,
        check=spec.registered,
        severity=spec.severity,
        passed=bool(verdict.passed),
        value=verdict.value,
        expected=verdict.expected,
        message=verdict.message,
        hint=hint,
    )


def with_divergence(checks: Sequence[CheckResult], diverged: str) -> list[CheckResult]:
    """The checks with why training diverged, in the message of those that close the gate.

    Where none does, since good weights were kept before it or no check asks, one is added: a run
    that lost its loss has not passed.
    """
    if not diverged:
        return list(checks)
    closing = [check for check in checks if not check.passed and check.severity == "block"]
    if not closing:
        return [*checks, _diverged(diverged)]
    first = closing[0]
    told = replace(first, message=f"{first.message.rstrip('.')}; {diverged}")
    return [told if check is first else check for check in checks]


def with_reasons(checks: Sequence[CheckResult], notes: Sequence[str]) -> list[CheckResult]:
    """The checks with why their scores were not measured, where the stage has said why.

    A hint is on what was measured, and would lead astray there.
    """
    why = " ".join(f"{note[:1].upper()}{note[1:].strip().rstrip('.')}." for note in notes if note)
    return [
        replace(check, message=f"{_missing(check)} {why}", hint="")
        if why and check.value is None and not check.passed
        else check
        for check in checks
    ]


def told_by_stage(probes: Sequence[ProbeReport]) -> list[str]:
    """What the stage itself has found wrong, which may be why a score was not measured."""
    return [
        f"{suspicion.cause}: {suspicion.evidence}"
        for report in probes
        if report.probe == OF_STAGE
        for suspicion in report.suspicions
    ]


def _missing(check: CheckResult) -> str:
    """What a check says of a missing score, without its guesses at why."""
    said, quote, _ = check.message.partition("'.")
    return f"{said}{quote}"


def suspected_of(probes: Sequence[ProbeReport]) -> list[Suspected]:
    """What probes found, as a record keeps it: what is certain first, then in the probes' order."""
    found = [
        Suspected(report.probe, s.certain, s.cause, s.where, s.evidence, s.remedy)
        for report in probes
        for s in report.suspicions
    ]
    return sorted(found, key=lambda one: not one.certain)[:MOST_SUSPECTED]


def _diverged(why: str) -> CheckResult:
    return CheckResult(
        name="diverged",
        check="art.running",
        severity="block",
        passed=False,
        value=None,
        expected="a loss that stays finite",
        message=why,
        hint="Lower the learning rate, and look for a logarithm or division of values near zero.",
    )


def _hint(spec: CheckSpec, check: Check, hints: Mapping[str, str]) -> str:
    """The stage's hint for this check: by its name, by its score, else by the check itself."""
    score = str(getattr(check, "score", ""))
    for key in (spec.name, score, score.split("/", 1)[-1]):
        if key in hints:
            return hints[key]
    return str(getattr(check, "hint", ""))
