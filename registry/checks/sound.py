"""The check that reads what the probes found."""

from __future__ import annotations

from art.core.check import Check, Findings, Verdict
from art.registries import checks


@checks("art.Sound.v1")
class Sound(Check):
    """No probe of the stage found a fault.

    The hint is that of the first fault: probes put the most telling one first.

    Args:
        certain: look at what is certain; false looks at what is merely suspected.
    """

    def __init__(self, certain: bool = True) -> None:
        self.certain = certain

    def judge(self, findings: Findings) -> Verdict:
        """Count the faults, and say what they are."""
        found = [
            suspicion
            for report in findings.probes
            for suspicion in report.suspicions
            if suspicion.certain == self.certain
        ]
        what = "fault" if self.certain else "suspicion"
        expected = f"no {what}"
        if not found:
            return Verdict(True, 0.0, expected, _nothing_found(findings, what))
        message = "; ".join(str(suspicion) for suspicion in found)
        return Verdict(False, float(len(found)), expected, message, found[0].remedy)


def _nothing_found(findings: Findings, what: str) -> str:
    """How many probes judged the program, and which could not."""
    over = [f"{r.probe} ({r.not_judged})" for r in findings.probes if r.not_judged]
    ran = len(findings.probes) - len(over)
    text = f"{ran} probe{'s' * (ran != 1)} found no {what}"
    return f"{text}; not judged by {', '.join(over)}" if over else text
