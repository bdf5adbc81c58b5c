"""A closed gate on one screen."""

from __future__ import annotations

from art.reporting.gate import render_gate
from art.reporting.text import cells

from .conftest import a_check, a_failed_record, a_record


def test_what_failed_by_how_much_and_what_to_do() -> None:
    text = render_gate(a_failed_record(), "art train digits.cfg", folder="runs/digits")
    assert text == (
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


def test_a_crash_shows_its_last_line() -> None:
    record = a_record(status="crashed", error="RuntimeError: shapes (64x64 and 32x10)", checks=[])
    text = render_gate(record, "art train x.cfg")
    assert "crashed after 1.2 s" in text
    assert "  Error    RuntimeError: shapes (64x64 and 32x10)" in text
    assert "log.txt" in text


def test_a_refusal_is_no_crash() -> None:
    record = a_record(status="refused", error="the targets are texts ('cat', 'dog')", checks=[])
    text = render_gate(record, "art train x.cfg")
    assert "refused after 1.2 s" in text and "crash" not in text
    assert "  Refused  the targets are texts ('cat', 'dog')" in text


def test_a_score_that_is_not_there_was_not_measured() -> None:
    record = a_failed_record(checks=[a_check("gap", False, value=None)])
    assert "gap: not measured, expected < 0.01" in render_gate(record, "")


def test_fifty_failed_checks_stay_on_one_screen() -> None:
    checks = [a_check(f"check_{i}", False) for i in range(50)]
    text = render_gate(a_failed_record(checks=checks), "art train x.cfg")
    assert len(text.splitlines()) <= 24
    assert "and 44 more" in text


def test_warnings_come_after_what_closed_the_gate() -> None:
    checks = [a_check("gap", False, severity="warn"), a_check("loss", False)]
    text = render_gate(a_failed_record(checks=checks), "")
    assert text.index("Failed   loss") < text.index("Warning  gap")


def test_paths_and_the_command_are_never_broken() -> None:
    command = "art train a/very/long/path/to/some/config.cfg --data.batch_size=64"
    lines = render_gate(a_failed_record(), command, 40, folder="runs/digits").splitlines()
    assert f"  Next     {command}" in lines
    assert any(line.endswith("0001-20261123-221000/log.txt") for line in lines)
    assert all(cells(line) <= 40 for line in lines if "/0001-" not in line and command not in line)
