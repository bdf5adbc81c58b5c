"""The view while a recipe runs; drawn in a real pseudo-terminal."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass

import pytest
from rich.console import Console

from art.reporting.live import LiveView
from art.reporting.spans import Screen, line_cells, paint
from tests.yardstick import slowness

from .conftest import a_failed_record, a_record


@dataclass(frozen=True)
class Plan:
    name: str
    model: str | None = None


STAGES = ["explore", "baseline", "loss_at_init", "overfit_one_batch", "evaluate"]


@pytest.fixture
def view() -> LiveView:
    view = LiveView(Console(file=io.StringIO(), force_terminal=True, width=80))
    view.planned([Plan(name) for name in STAGES])
    return view


def shown(view: LiveView, width: int = 80, height: int = 100, unicode: bool = True) -> list[str]:
    return paint(view.lines(Screen(width, unicode=unicode), height), colour=False).split("\n")


def test_every_stage_has_its_mark(view: LiveView) -> None:
    view.stage_skipped("explore", None, "up to date")
    view.stage_started("baseline", None, 2, 5, "no record yet")
    view.stage_finished(a_record(model=None))
    view.stage_started("loss_at_init", None, 3, 5, "no record yet")
    assert "no record yet" in shown(view)[2]
    view.stage_progress("loss_at_init", None, 5, 10, "epoch 3, train/loss 0.21")
    rows = shown(view)
    assert rows[0].startswith("  ✓  1 explore") and rows[0].endswith("up to date")
    assert rows[1].startswith("  ✓  2 baseline") and "val/accuracy 0.9556" in rows[1]
    assert "━━━━━─────  50%  epoch 3, train/loss" in rows[2]
    assert rows[3].startswith("  ·  4 overfit_one_batch")


def test_a_stage_that_was_not_run_has_not_passed(view: LiveView) -> None:
    view.stage_skipped("evaluate", None, "behind the closed gate of 'overfit'")
    assert shown(view)[4].startswith("  ·  5 evaluate")
    assert "behind the closed gate" in shown(view)[4]


def test_a_closed_gate_is_marked(view: LiveView) -> None:
    view.stage_finished(a_failed_record(model=None))
    assert shown(view)[3].startswith("  ✗  4 overfit_one_batch")


def test_models_are_named_where_there_are_several(view: LiveView) -> None:
    view.planned([Plan("explore"), Plan("baseline", "cnn"), Plan("baseline", "mlp")])
    assert [row.split("  ")[2][2:] for row in shown(view)] == [
        "explore",
        "baseline (cnn)",
        "baseline (mlp)",
    ]


@pytest.mark.parametrize(("done", "total"), [(0, 0), (5, 0), (-1, 10), (99, 10), (3, 1e-9)])
def test_odd_progress_never_breaks_the_picture(view: LiveView, done: float, total: float) -> None:
    view.stage_started("baseline", None, 2, 5, "")
    view.stage_progress("baseline", None, done, total, "\x1b[2J" + "x" * 300)
    for width in (20, 40, 60, 80, 120):
        for line in view.lines(Screen(width, unicode=False)):
            assert line_cells(line) <= max(width, 33)
            assert all(span.text.isascii() and span.text.isprintable() for span in line)


def test_the_running_stage_stays_in_sight_on_a_low_screen(view: LiveView) -> None:
    view.planned([Plan(f"stage_{i}") for i in range(30)])
    for i in (0, 15, 29):
        view.stage_started(f"stage_{i}", None, i + 1, 30, "now")
        rows = shown(view, height=10)
        assert len(rows) == 10
        assert any("now" in row and f"stage_{i}" in row for row in rows)


def test_progress_is_cheap(view: LiveView) -> None:
    with view:
        view.stage_started("baseline", None, 2, 5, "")
        start = time.process_time()
        for i in range(50_000):
            view.stage_progress("baseline", None, i, 50_000, "epoch 1")
        spent = time.process_time() - start
    assert spent / 50_000 < 2e-6 * slowness()


PROGRAM = """
import sys, time
from rich.console import Console
from art.reporting.live import LiveView

class Plan:
    def __init__(self, name): self.name, self.model = name, None

with LiveView(Console(stderr=True)) as view:
    view.planned([Plan("explore"), Plan("baseline")])
    view.stage_started("baseline", None, 2, 2, "no record yet")
    print("a user's print")
    view.note("a note \\x1b[31m")
    for i in range(300):
        view.stage_progress("baseline", None, i, 300, f"epoch {i}")
        time.sleep(0.001)
    if sys.argv[1] == "raise":
        raise RuntimeError("boom")
"""


@pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals are POSIX")
@pytest.mark.parametrize("end", ["finish", "raise"])
def test_in_a_terminal_the_cursor_comes_back_and_prints_stay_whole(end: str) -> None:
    import pty

    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"}
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, end],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment,
    )
    os.close(theirs)
    written = b""
    try:
        while block := os.read(ours, 65536):
            written += block
    except OSError:  # Linux says EIO when the other end is closed
        pass
    os.close(ours)
    assert process.wait() == (1 if end == "raise" else 0)
    screen = written.decode()
    assert screen.count("\x1b[?25l") == 1
    assert screen.rindex("\x1b[?25h") > screen.rindex("\x1b[?25l")
    assert "a user's print\r\n" in screen
    assert "a note \\x1b[31m" in screen
    screen = re.sub(r"\x1b\[[\d;]*m", "", screen)
    frames = screen.count("1 explore")
    assert 3 <= frames <= 20  # 300 reports, ten pictures a second
    last = screen[screen.rindex("1 explore") :]
    assert "interrupted" in last


def test_what_is_measured_is_drawn_below_the_stages_where_there_is_room(view: LiveView) -> None:
    view.stage_started("baseline", None, 2, 5, "no record yet")
    for i in range(200):
        values = {"train/loss": 2.0 - i / 100, "val/accuracy": i / 200}
        view.stage_progress("baseline", None, i, 300, f"epoch {i}", values)
    rows = shown(view)
    assert rows[-2].split()[:2] == ["train/loss", "2"] and rows[-2].split()[-1] == "0.01"
    assert rows[-2].split()[2][0] == "█" and rows[-2].split()[2][-1] == "▁"
    assert rows[-1].split()[2][0] == "▁" and rows[-1].split()[-1] == "0.995"
    assert len(shown(view, height=6)) == 5  # no room: the stages alone
    assert all(row.isascii() for row in shown(view, unicode=False)[-2:])
    view.stage_progress("baseline", None, 1, 300, "epoch 1", {"train/loss": 1.0})
    assert not any("train/loss" in row for row in shown(view)[5:])  # another run has begun


def test_a_curve_of_any_length_keeps_its_shape_and_little_memory(view: LiveView) -> None:
    view.stage_started("baseline", None, 2, 5, "no record yet")
    for i in range(20_000):
        view.stage_progress("baseline", None, i, 20_000, "", {"train/loss": float(i)})
    assert view._running is not None and len(view._running.curves["train/loss"]) <= 960
    drawn = shown(view)[-1].split()[2]
    assert drawn == "".join(sorted(drawn)) and drawn[0] == "▁" and drawn[-1] == "█"
