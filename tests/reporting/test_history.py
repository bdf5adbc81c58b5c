"""All runs of a stage, and what differed between them."""

from __future__ import annotations

from pathlib import Path

from art.reporting.history import history, history_json, render_history
from art.store import RunStore

from .conftest import a_record

CONFIG = """[project]
name = "digits"
[paths]
runs = "{runs}"
[optimizer]
lr = {lr}
[stages.overfit]
@stages = "art.Overfit.v1"
[stages.regularize]
gap = {gap}
"""


def a_run(root: Path, lr: float, gap: float, code: str = "same", **values: object) -> None:
    store = RunStore(root, "digits")
    with store.open_run("overfit", 5, "cnn") as run:
        run.write_text("config.cfg", CONFIG.format(lr=lr, gap=gap, runs=f"elsewhere{lr}"))
        record = a_record("overfit", 5, inputs={"code": code}, **values)
        record.run, record.folder = run.run, run.folder
        run.write(record)


def test_each_run_says_what_differs_from_the_one_before(tmp_path) -> None:
    a_run(tmp_path, 0.002, 0.1)
    a_run(tmp_path, 0.003, 0.2)
    a_run(tmp_path, 0.003, 0.2, code="mended", status="failed")
    a_run(tmp_path, 0.003, 0.2, code="mended")
    found = history(RunStore(tmp_path, "digits", read_only=True))
    # neither a path of the machine nor another stage's setting is told of
    assert [dict(run.changed) for run in found.runs] == [
        {},
        {"optimizer.lr": (0.002, 0.003)},
        {},
        {},
    ]
    assert [run.other for run in found.runs] == [(), (), ("the code",), ()]
    rows = render_history(found).splitlines()
    assert rows[2] == " 5 overfit"
    assert rows[5] == "          optimizer.lr: 0.002 -> 0.003"
    assert rows[7] == "          changed as well: the code"
    assert rows[9] == "          nothing differs from the run before"
    assert [row[2] for row in rows if row[4:6] == "00"] == ["✓", "✓", "✗", "✓"]
    assert history_json(found)["runs"][1]["changed"] == {"optimizer.lr": [0.002, 0.003]}


def test_a_run_without_a_config_is_listed_all_the_same(tmp_path) -> None:
    a_run(tmp_path, 0.002, 0.1)
    next(tmp_path.glob("digits/*/*/config.cfg")).unlink()
    (run,) = history(RunStore(tmp_path, "digits", read_only=True)).runs
    assert run.first and run.stage.status == "passed"
