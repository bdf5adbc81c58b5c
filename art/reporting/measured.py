"""What a check measured beside what it expected, in words."""

from __future__ import annotations

from art.core.record import CheckResult
from art.reporting.text import clean, number

SOUND = "art.Sound.v1"
"""The check on what probes found: its value is a count."""


def measured_text(check: CheckResult) -> str:
    """What came out, and what the check asks for.

    Returns:
        `0.77, expected > 0.8`; of probes `2 faults found, expected none`.
    """
    if check.value is None:
        return f"not measured, expected {clean(check.expected)}"
    if check.check == SOUND:
        what = check.expected.removeprefix("no ")  # `no fault`, `no suspicion`
        return f"{number(check.value)} {what}{'s' * (check.value != 1)} found, expected none"
    return f"{number(check.value)}, expected {clean(check.expected)}"
