"""The report on a screen."""

from __future__ import annotations

import dataclasses
import re

import pytest

from art.reporting.snapshots import Report, StageSnapshot, to_json
from art.reporting.terminal import render_report
from art.reporting.text import cells

from .conftest import a_check, a_failed_record, a_record, a_report

COPIED = re.compile(r"^  (Log|Figures|Tables|Next) ")


def fits(text: str, width: int) -> bool:
    lines = (line for line in text.splitlines() if not COPIED.match(line))
    return all(cells(line) <= width for line in lines)


def test_one_model_at_80_columns(report: Report) -> None:
    assert render_report(report, config="digits.cfg") == (
        "digits  cnn                                                        1 of 3 passed\n"
        "\n"
        "  ✗ The gate of overfit_one_batch is closed: loss. 1 later stage has not run.\n"
        "\n"
        "  ✓  2 baseline               1.2 s  2/2   val/accuracy 0.9556, val/loss 0.2\n"
        "  ✗  4 overfit_one_batch      3.1 s  1/2   train/loss 0.3412\n"
        "  ·  7 evaluate                            not yet run\n"
        "\n"
        "✗ 4 overfit_one_batch for cnn: gate closed after 3.1 s\n"
        "\n"
        "  Failed   loss: 0.3412, expected < 0.01\n"
        "           train/loss is 0.3412 after 200 steps.\n"
        "  Hint     Look at the learning rate first.\n"
        "\n"
        "  Log      runs/digits/04-overfit_one_batch/0001-20261123-221000/log.txt\n"
        "  Figures  runs/digits/04-overfit_one_batch/0001-20261123-221000/figures\n"
        "  Next     art train digits.cfg  once that is changed; what passed is kept"
    )


def several_models(count: int) -> Report:
    records = [a_record("explore", 1, model=None, scores={"classes": 10.0}, checks=[])]
    records += [
        a_record(model=f"model_{i}", scores={"val/accuracy": 0.9 + i / 100}, checks=[])
        for i in range(count)
    ]
    records.append(
        a_record("overfit", 3, model="model_1", status="crashed", error="Boom: it broke")
    )
    return a_report(records)


def test_models_side_by_side() -> None:
    head = render_report(several_models(3)).split("\n\n")[2]
    assert head == (
        "                               model_0     model_1     model_2\n"
        "  ✓  1 explore   classes       ✓ 10\n"
        "  ✓  2 baseline  val/accuracy  ✓ 0.9       ✓ 0.91      ✓ 0.92\n"
        "  !  3 overfit   val/accuracy              ! crashed"
    )


def test_models_that_do_not_fit_come_below() -> None:
    text = render_report(several_models(9), 60)
    assert fits(text, 60)
    for i in range(9):
        assert text.count(f" model_{i}") >= 1
    assert "Boom: it broke" in text


@pytest.mark.parametrize("width", [30, 40, 60, 80, 200])
@pytest.mark.parametrize("unicode", [True, False])
def test_every_width_is_kept(report: Report, width: int, unicode: bool) -> None:
    for shown in (report, several_models(4)):
        text = render_report(shown, width, unicode=unicode)
        assert fits(text, width)
        assert "\x1b" not in text
        assert unicode or text.isascii()


def test_at_40_columns_the_number_survives(report: Report) -> None:
    text = render_report(report, 40)
    assert "0.9556 val/" in text and "0.3412" in text


def test_colour_changes_no_word(report: Report) -> None:
    for shown in (report, several_models(4)):
        coloured = render_report(shown, colour=True)
        assert "\x1b[32m✓" in coloured
        stripped = re.sub(r"\x1b\[[\d;]*m", "", coloured)
        plain = render_report(shown, colour=False)
        assert [x.rstrip() for x in stripped.splitlines()] == plain.splitlines()


def test_hostile_records_cannot_command_the_terminal() -> None:
    evil = "\x1b]0;owned\x07\u202e\n\n"
    check = a_check(evil, False, value=evil, expected=evil, message=evil, hint=evil)
    failed = a_failed_record(scores={evil: 1.0}, model=evil, checks=[check])
    records = [
        dataclasses.replace(failed, stage=evil, folder=evil),
        a_record("overfit", 5, model=evil, status="crashed", error=evil),
        a_record("overfit", 5, model="another"),
    ]
    report = dataclasses.replace(a_report(records), project=evil, set_aside=(evil,), folder=evil)
    text = render_report(report, config=evil)
    assert all(c.isprintable() or c == "\n" for c in text)


def test_warnings_and_unreadable_records_are_told_of() -> None:
    warning = a_check(
        "gap", False, severity="warn", value=0.3, expected="< 0.1", hint="Regularize."
    )
    report = dataclasses.replace(a_report([a_record(checks=[warning])]), set_aside=("x: no JSON",))
    text = render_report(report)
    assert "  ! baseline: gap 0.3, expected < 0.1. Regularize." in text
    assert "  ! unreadable record x: no JSON" in text
    assert "1 warning" in text


def test_many_unreadable_records_are_counted() -> None:
    report = dataclasses.replace(a_report([a_record()]), set_aside=tuple("abcdefgh"))
    text = render_report(report)
    assert text.count("unreadable record") == 5
    assert "  ! 8 records could not be read, these among them" in text


def test_unreadable_records_are_in_the_json_where_there_are_any() -> None:
    report = a_report([a_record()])
    assert set(to_json(report)) == {"project", "stages"}
    assert to_json(dataclasses.replace(report, set_aside=("x",)))["set_aside"] == ["x"]


def test_no_records_at_all() -> None:
    assert "no records yet" in render_report(Report("digits", ()))


@pytest.mark.parametrize(
    ("status", "word"), [("running", "running"), ("interrupted", "interrupted")]
)
def test_an_unfinished_stage_says_so(status: str, word: str) -> None:
    stage = StageSnapshot("overfit", 5, None, status=status)
    assert re.search(rf"5 overfit +{word}$", render_report(Report("digits", (stage,))), re.M)
