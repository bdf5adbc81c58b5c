"""What a check's hint says where its score is not a number."""

from __future__ import annotations

import math

from art.api import populate
from art.config.recipe import CheckSpec
from art.core.check import Findings
from art.running.judging import OF_NAN, judge

populate()

ENOUGH = {"@checks": "art.GreaterThan.v1", "score": "train/accuracy", "value": 0.95}
FINITE = {"@checks": "art.Exists.v1", "score": "train/loss"}
HINTS = {"reached": "Give it more epochs.", "finite": "Lower the learning rate."}


def _judged(name, block, value):
    spec = CheckSpec(name, block["@checks"], block)
    return judge(spec, Findings({block["score"]: value}, earlier=lambda stage: None), HINTS)


def test_a_score_that_is_not_a_number_is_not_called_low():
    low = _judged("reached", ENOUGH, 0.2)
    assert not low.passed and low.hint == "Give it more epochs."
    lost = _judged("reached", ENOUGH, math.nan)
    assert not lost.passed and lost.hint == OF_NAN


def test_a_check_that_asks_for_a_number_keeps_its_own_hint():
    lost = _judged("finite", FINITE, math.nan)
    assert not lost.passed and lost.hint == "Lower the learning rate."
