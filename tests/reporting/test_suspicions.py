"""Warnings with their evidence, and what was not judged with the reason."""

from __future__ import annotations

from typing import Any

from art.core.record import Record, Suspected
from art.reporting.progress import remark_lines
from art.reporting.terminal import render_report

from .conftest import a_check, a_failed_record, a_record, a_report

LEAK = Suspected(
    "art.TargetInFeature.v1", False, "a column tells the target", "train, column 3",
    "it alone leaves 0.5% of the error", "Remove the column.",
)  # fmt: skip


def warned(count: int, **values: Any) -> Record:
    check = a_check(
        "suspicions", False, severity="warn", check="art.Sound.v1", value=float(count),
        expected="no suspicion", hint="Remove the column.",
    )  # fmt: skip
    others = [Suspected("p", False, f"cause {i}", "", f"evidence {i}", "r") for i in range(count)]
    return a_record(
        "explore", 1, model=None, checks=[check], suspected=[LEAK, *others[1:]],
        artifacts={"suspicions": "tables/suspicions.json"}, **values,
    )  # fmt: skip


def test_a_warning_comes_with_its_cause_and_evidence() -> None:
    text = render_report(a_report([warned(3)]), 100, remedies=False)
    assert "  ! explore: a column tells the target (train, column 3)" in text
    assert "    it alone leaves 0.5% of the error" in text
    assert "Remove the column." not in text and "suspicions 1" not in text
    assert text.endswith("\n  What to do about each: art report runs/digits")
    assert "    Remove the column." in render_report(a_report([warned(3)]), 100)


def test_of_few_the_remedy_is_told_at_the_end_of_a_run_as_well() -> None:
    text = render_report(a_report([warned(2)]), 100, remedies=False)
    assert "    Remove the column." in text and "What to do about each" not in text


def test_of_many_a_handful_is_told_and_the_file_that_has_all() -> None:
    text = render_report(a_report([warned(12)]), 100, remedies=False)
    assert [f"cause {i}" in text for i in range(1, 8)] == [True] * 4 + [False] * 3
    record = warned(12)
    path = f"runs/digits/{record.folder}/tables/suspicions.csv"
    assert f"    and 7 more: {path}" in text.splitlines()
    assert remark_lines(record, "runs/digits")[-1] == f"      ! and 7 more: {path}"


def test_as_a_stage_ends_the_same_is_said_in_lines() -> None:
    assert remark_lines(warned(2)) == [
        "      ! a column tells the target (train, column 3)",
        "        it alone leaves 0.5% of the error",
        "      ! cause 1",
        "        evidence 1",
    ]
    assert remark_lines(a_record()) == []


def test_words_of_a_program_cannot_command_a_terminal() -> None:
    evil = Suspected("p", False, "a\x1b[2Jb", "w\u202e", "c\nd", "e\x07")
    record = warned(1)
    record.suspected = [evil]
    for text in (render_report(a_report([record])), "".join(remark_lines(record))):
        assert "\x1b" not in text and "\u202e" not in text and "\x07" not in text


def test_a_record_of_before_has_its_number() -> None:
    record = warned(1)
    record.suspected = []
    text = render_report(a_report([record]), 100)
    assert "explore: suspicions 1 suspicion found, expected none. Remove the column." in text


def test_a_closed_gate_says_what_the_stage_noted() -> None:
    record = a_failed_record(notes=["the model's predictions are not scored: no targets"])
    text = render_report(a_report([record]), 100)
    assert "  Noted    the model's predictions are not scored: no targets" in text
    told = a_failed_record(
        notes=["no targets"],
        checks=[
            a_check("classes", False, value=None, message="there is no score 's'. No targets.")
        ],
    )
    assert render_report(a_report([told]), 100).count("o targets") == 1


def test_a_stage_that_judged_nothing_says_so() -> None:
    note = "no baseline is fitted: the batches have no targets"
    nothing = a_record(checks=[], scores={}, notes=[note])
    line = f"nothing was judged: {note}"
    assert f"  - baseline: {line}" in render_report(a_report([nothing]), 100)
    assert remark_lines(nothing) == [f"      - {line}"]
    skipped = a_record(checks=[a_check("c", True, value=None)], notes=[])
    assert remark_lines(skipped) == [
        "      - nothing was judged: none of its checks measured anything"
    ]
