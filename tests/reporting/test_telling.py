"""Few scores, the right ones."""

from __future__ import annotations

from art.reporting.telling import deciding_score, telling_scores

from .conftest import a_check

SCORES = {
    "train/loss": 0.1,
    "train/accuracy": 0.99,
    "val/loss": 0.2,
    "val/accuracy": 0.9,
    "odd": 7.0,
}


def test_held_out_scores_lead_and_the_limit_holds() -> None:
    assert list(telling_scores(SCORES)) == ["val/accuracy", "val/loss", "train/accuracy"]
    assert list(telling_scores(SCORES, limit=9))[-1] == "odd"


def test_what_a_gate_measured_leads() -> None:
    assert deciding_score(SCORES, [a_check(value=0.1)]) == "train/loss"
    assert deciding_score(SCORES, [a_check(value=0.1, severity="warn")]) == "val/accuracy"
    assert deciding_score(SCORES, [a_check(value=None), a_check(value="none")]) == "val/accuracy"


def test_without_scores_there_is_none() -> None:
    assert deciding_score({}) is None
    assert deciding_score({"odd": 7.0}) == "odd"
