"""Every built-in check, from one table."""

import math

import pytest

from art.core.check import Findings
from art.core.record import Record
from art.registries import checks
from art.registry.checks import beats, comparisons  # noqa: F401 - they register

SCORES = {
    "train/loss": 0.5,
    "val/accuracy": 0.9,
    "train/expected_loss": 0.55,
    "train/nothing": math.nan,
    "train/endless": math.inf,
}
EARLIER = {"val/accuracy": 0.85, "val/loss": 0.7}

TABLE = [
    # check, settings, passes, value, expected, part of the message
    ("LessThan", {"score": "train/loss", "value": 0.6}, True, 0.5, "< 0.6", "is < 0.6"),
    ("LessThan", {"score": "train/loss", "value": 0.5}, False, 0.5, "< 0.5", "is not < 0.5"),
    ("LessThan", {"score": "train/nothing", "value": 9}, False, math.nan, "< 9", "is nan"),
    ("GreaterThan", {"score": "val/accuracy", "value": 0.8}, True, 0.9, "> 0.8", "0.9"),
    ("GreaterThan", {"score": "train/endless", "value": 0}, False, math.inf, "> 0", "inf"),
    ("Equals", {"score": "train/loss", "value": 0.5}, True, 0.5, "== 0.5", "is == 0.5"),
    ("Equals", {"score": "train/loss", "value": 0.4}, False, 0.5, "== 0.4", "is not"),
    (
        "CloseTo",
        {"score": "train/loss", "value": "train/expected_loss", "relative": 0.1},
        True,
        0.5,
        "0.55 within 0.1 of its size (train/expected_loss)",
        "which is 0.55",
    ),
    (
        "CloseTo",
        {"score": "train/loss", "value": 0.6, "absolute": 0.05},
        False,
        0.5,
        "0.6 within 0.05",
        "is not",
    ),
    ("Exists", {"score": "train/loss"}, True, 0.5, "a finite number", "is a finite"),
    ("Exists", {"score": "train/nothing"}, False, math.nan, "a finite number", "is not"),
    (
        "Beats",
        {"score": "val/accuracy", "stage": "baseline"},
        True,
        0.9,
        ">= 0.85 (baseline: 0.85)",
        "is >=",
    ),
    (
        "Beats",
        {"score": "val/accuracy", "stage": "baseline", "margin": 0.1},
        False,
        0.9,
        ">= 0.95 (baseline: 0.85 + 0.1)",
        "is not >=",
    ),
    (
        "Beats",
        {"score": "train/loss", "stage": "baseline", "against": "val/loss", "better": "lower"},
        True,
        0.5,
        "<= 0.7 (baseline: 0.7)",
        "is <=",
    ),
    (
        "Beats",
        {"score": "test/accuracy", "stage": "baseline", "instead": "val/accuracy"},
        True,
        0.9,
        ">= 0.85 (baseline: 0.85)",
        "val/accuracy is 0.9, which is >=",
    ),
    (
        "Exists",
        {"score": "test/loss", "optional": True},
        True,
        None,
        "a finite number",
        "not measured",
    ),
]


def earlier(stage):
    if stage != "baseline":
        return None
    return Record("p", stage, 2, "0001", None, "passed", "now", scores=EARLIER)


@pytest.mark.parametrize(("name", "settings", "passed", "value", "expected", "words"), TABLE)
def test_verdict(name, settings, passed, value, expected, words):
    check = checks.get(f"art.{name}.v1")(**settings)
    verdict = check.judge(Findings(SCORES, earlier))
    assert verdict.passed is passed
    assert verdict.value == pytest.approx(value, nan_ok=True)
    assert verdict.expected == expected
    assert words in verdict.message


@pytest.mark.parametrize("name", ["LessThan", "GreaterThan", "Equals", "CloseTo", "Exists"])
def test_missing_score_fails_with_the_scores_that_exist(name):
    settings = {"score": "val/acuracy"} | ({} if name == "Exists" else {"value": 1.0})
    verdict = checks.get(f"art.{name}.v1")(**settings).judge(Findings(SCORES, earlier))
    assert verdict.passed is False
    assert verdict.value is None
    assert "no score 'val/acuracy'" in verdict.message
    assert "val/accuracy" in verdict.message


def test_value_that_names_a_missing_score_fails():
    check = checks.get("art.LessThan.v1")(score="train/loss", value="train/goal")
    verdict = check.judge(Findings(SCORES, earlier))
    assert not verdict.passed
    assert "train/goal" in verdict.message


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"score": "val/accuracy", "stage": "overfit"}, "'overfit' has left no record"),
        ({"score": "val/f1", "stage": "baseline"}, "'baseline' has no score 'val/f1'"),
        (
            {"score": "val/f1", "stage": "baseline", "against": "val/loss"},
            "there is no score 'val/f1'",
        ),
    ],
)
def test_beats_without_what_it_compares(settings, words):
    verdict = checks.get("art.Beats.v1")(**settings).judge(Findings(SCORES, earlier))
    assert not verdict.passed
    assert words in verdict.message
