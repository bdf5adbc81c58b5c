"""Sound programs are let be, by every probe that rehearses them."""

from __future__ import annotations

import pytest

SOUND = [
    "Sound", "Manual", "OneCycle", "FrozenNorm", "OnlyNorm", "TwoLoaders", "Dicts", "Averaged",
    "Regression", "Binary",
]  # fmt: skip
PROBES = [
    "Modes", "DroppedInEval", "MonitorDirection", "LearningRateTrace", "RoundTrip",
    "Repeatability", "BestIsKept", "ReportedMetrics",
]  # fmt: skip


@pytest.mark.parametrize("model", SOUND)
def test_a_sound_program_is_not_suspected(suspicions, model):
    assert suspicions(PROBES, model) == []


def test_a_program_without_validation_is_not_suspected(suspicions):
    assert suspicions(PROBES, "Sound", "NoVal") == []
