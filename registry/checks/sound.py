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
            ran = len(findings.probes)
            return Verdict(True, 0.0, expected, f"{ran} probe{'s' * (ran != 1)} found no {what}")
        message = "; ".join(str(suspicion) for suspicion in found)
        return Verdict(False, float(len(found)), expected, message, found[0].remedy)
