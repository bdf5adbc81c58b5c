"""The verdict on a recipe, and the ranking of its models."""

from __future__ import annotations

import pytest

from art.reporting.conclusion import conclusions
from art.reporting.snapshots import Report, StageSnapshot
from art.reporting.terminal import render_report

from .conftest import a_check, a_failed_record, a_record, a_report


def baseline(value: float = 0.9, score: str = "test/accuracy"):
    scores = {f"{score}/majority": 0.1, f"{score}/logistic_regression": value, score: value}
    return a_record("baseline", 2, model=None, scores=scores, checks=[])


def evaluated(
    value: float, error: float = 0.01, model: str = "cnn", expected: str = ">= 0.88 (baseline)"
):
    told = f"test/accuracy is {value}, which is {expected}"
    check = a_check(
        "beats_baseline", check="art.Beats.v1", value=value, expected=expected, message=told
    )
    scores = {"test/accuracy": value, "test/accuracy_error": error}
    return a_record("evaluate", 7, model=model, scores=scores, checks=[check])


def verdict(report: Report) -> str:
    return " ".join(render_report(report, 100).split("\n\n")[1].split())


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.95, "✓ Every gate is open, and the model beats the simple ones: "),
        (0.915, "! Every gate is open, but the lead over a simple model may be chance: "),
        (0.905, "! Every gate is open, but the lead over a simple model may be chance: "),
        (0.895, "! Every gate is open, but a simple model is as good: "),
        (0.85, "! Every gate is open, but a simple model is better: "),
    ],
)
def test_the_network_is_held_against_the_best_simple_model(value: float, said: str) -> None:
    text = verdict(a_report([baseline(), evaluated(value)]))
    assert text == f"{said}test/accuracy {value} ± 0.01, and 0.9 for logistic regression."


def test_less_is_better_where_the_check_says_so() -> None:
    found = conclusions(a_report([baseline(), evaluated(0.5, expected="<= 0.92 (baseline)")]))
    assert found[0].beats and found[0].gain == pytest.approx(0.4)


def test_the_best_of_several_models_is_named_first() -> None:
    records = [baseline(), evaluated(0.93, model="small"), evaluated(0.97, model="large")]
    assert [one.model for one in conclusions(a_report(records))] == ["large", "small"]
    assert verdict(a_report(records)) == "✓ large is best: test/accuracy 0.97 ± 0.01."


def trained_to(val: float, model: str):
    return a_record(
        "regularize",
        6,
        model=model,
        scores={"val/accuracy": val},
        artifacts={"checkpoint": "best.ckpt"},
        checks=[],
    )


def test_models_are_chosen_by_their_validation_score_and_judged_by_test() -> None:
    small, large = evaluated(0.93, model="small"), evaluated(0.97, model="large")
    records = [baseline(), trained_to(0.99, "small"), trained_to(0.98, "large"), small, large]
    report = a_report(records)
    assert [one.model for one in conclusions(report)] == ["small", "large"]
    assert verdict(report) == "✓ small is best on val (0.99): test/accuracy 0.93 ± 0.01."
    table = render_report(report, 100)
    heads = [line.split() for line in table.splitlines()]
    assert ["model", "test/accuracy", "val", "parameters", "time", "size"] in heads
    assert "best.ckpt" in table and "of small" in table


def test_of_models_with_one_validation_score_the_smaller_one_is_taken() -> None:
    records = [baseline(), trained_to(0.98, "small"), trained_to(0.98, "large")]
    for name, test, count in (("small", 0.93, 530), ("large", 0.97, 12_354)):
        record = evaluated(test, model=name)
        record.environment["parameters"] = count
        records.append(record)
    assert [one.model for one in conclusions(a_report(records))] == ["small", "large"]


def test_a_best_model_that_a_simple_one_equals_is_a_warning() -> None:
    records = [baseline(0.965), evaluated(0.93, model="small"), evaluated(0.97, model="large")]
    assert verdict(a_report(records)).startswith("! large is best: test/accuracy 0.97 ± 0.01; log")


def test_models_within_the_error_are_not_told_apart() -> None:
    records = [baseline(), evaluated(0.965, model="small"), evaluated(0.97, model="large")]
    assert "but small is within the error: 0.965" in verdict(a_report(records))


def test_a_closed_gate_and_what_waits_behind_it() -> None:
    report = a_report([a_failed_record()], [StageSnapshot("evaluate", 7, "cnn")])
    assert verdict(report) == (
        "✗ The gate of overfit_one_batch is closed: loss. 1 later stage has not run."
    )


def test_an_interrupted_stage_says_how_far_it_was_and_what_goes_on() -> None:
    report = a_report([a_record("overfit", 5, status="interrupted")])
    (stage,) = report.stages
    there = StageSnapshot(**{**vars(stage), "progress": "43%: epoch 9/20"})
    text = render_report(Report("digits", (there,)), 100, config="digits.cfg --code own.py")
    assert "43%: epoch 9/20" in text
    assert text.endswith("  Next     art train digits.cfg --code own.py  goes on from there")


def test_what_was_chosen_can_be_applied_and_the_model_be_found() -> None:
    chosen = a_record(
        "regularize",
        6,
        settings={"model.dropout": 0.3},
        artifacts={"checkpoint": "checkpoints/best.ckpt"},
    )
    text = render_report(a_report([chosen, evaluated(0.95)]), 120, config="digits.cfg")
    run = "runs/digits/06-regularize/0001-20261123-221000"
    assert "  Chosen   model.dropout = 0.3  (regularize)\n" in text
    assert f"           art apply {run} digits.cfg  writes it into the config\n" in text
    assert f"  Model    {run}/checkpoints/best.ckpt\n" in text
    assert "  Next     art predict runs/digits INPUT  what it says of new data\n" in text
    assert "           art export runs/digits  all that other programs need to use it" in text


def test_models_are_ranked_with_their_errors_drawn() -> None:
    records = [baseline(), evaluated(0.93, model="small"), evaluated(0.97, model="large")]
    for record, count in zip(records[1:], (610, 38282), strict=True):
        record.environment["parameters"] = count
    rows = render_report(a_report(records), 100).split("\n\n")[3].splitlines()
    assert [row.split() for row in rows] == [
        ["model", "test/accuracy", "parameters", "time", "size"],
        ["1", "large", "0.97", "±", "0.01", "───●───", "38,282", "-", "-"],
        ["2", "small", "0.93", "±", "0.01", "───●───", "610", "-", "-"],
        ["logistic", "regression", "0.9", "●"],
    ]
    where = [row.find("●") for row in rows[1:]]
    assert where[0] > where[1] > where[2] > 0


def test_a_small_number_is_not_cut_into_another() -> None:
    records = [
        a_record("overfit", 5, model=name, scores={"train/loss": 0.00024134}, checks=[])
        for name in ("one", "two", "three")
    ]
    assert "2.4e-04" in render_report(a_report(records), 60)


def test_a_train_score_that_a_check_compared_is_no_verdict_on_unseen_data() -> None:
    told = "train/accuracy is 1, which is >= 0.98 (baseline)"
    check = a_check(check="art.Beats.v1", value=1.0, expected=">= 0.98 (baseline)", message=told)
    scores = {"train/accuracy": 1.0, "val/accuracy": 0.85}
    overfit = a_record("overfit", 5, scores=scores, checks=[check])
    text = verdict(a_report([baseline(score="val/accuracy"), overfit]))
    assert text == (
        "! Every gate is open, but a simple model is better: val/accuracy 0.85, and 0.9 for "
        "logistic regression."
    )


def test_what_was_chosen_for_one_of_several_models_says_for_which() -> None:
    chosen = a_record("regularize", 6, model="small", settings={"model.dropout": 0.3})
    records = [chosen, evaluated(0.93, model="small"), evaluated(0.97, model="large")]
    text = render_report(a_report(records), 120)
    assert "  Chosen   model.dropout = 0.3  (regularize for small)\n" in text


def test_where_nothing_was_trained_no_weights_are_exported() -> None:
    assert "Next" not in render_report(a_report([baseline()]), 100)


def test_the_size_of_a_split_is_no_score() -> None:
    scores = {"train/size": 450.0, "test/size": 119.0, "test/input_mean": 0.1}
    explored = a_record("explore", 1, model=None, scores=scores, checks=[])
    assert verdict(a_report([explored])) == (
        "✓ Every gate is open. No held-out score was measured."
    )
