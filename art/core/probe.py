"""The probe: a measurement of the program itself, whose result checks can test."""

from __future__ import annotations

from abc import ABC, abstractmethod

from art.core.stage import StageContext


class Probe(ABC):
    """Measures one property of the program: gradients reach every parameter, samples do not
    mix, the loss falls towards its target."""

    @abstractmethod
    def measure(self, context: StageContext) -> dict[str, float]:
        """The measured scores, which join those of the stage that ran the probe."""
