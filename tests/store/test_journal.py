"""The order in which runs were opened, whatever their stages and the clock say."""

from __future__ import annotations

from pathlib import Path

from art.core.record import Record
from art.store import RunStore, opened
from art.store.journal import JOURNAL, note_opened


def test_runs_of_all_stages_stand_in_the_order_of_their_opening(tmp_path: Path) -> None:
    store = RunStore(tmp_path, "p")
    store.prepare()
    folders = []
    for stage, order in (("evaluate", 7), ("explore", 1), ("evaluate", 7)):
        with store.open_run(stage, order, None) as run:
            folders.append(run.folder)
            run.write(Record("p", stage, order, run.run, None, "running", "now"))
    places = opened(store.folder)
    assert sorted(places, key=places.__getitem__) == folders
    again = next(record for record in store.records("explore"))
    with store.open_run("explore", 1, None, again=again):
        pass
    places = opened(store.folder)
    assert max(places, key=places.__getitem__) == folders[1]


def test_a_torn_line_costs_no_other(tmp_path: Path) -> None:
    note_opened(tmp_path, "01-a/0001")
    with (tmp_path / JOURNAL).open("a") as file:
        file.write('{"run": "01-a/00')  # killed while writing
    note_opened(tmp_path, "01-a/0003")
    assert list(opened(tmp_path)) == ["01-a/0001", "01-a/0003"]
    (tmp_path / JOURNAL).write_bytes(b'\xff\n[]\n{"run": 3}\n{"run": "x"}\n')
    assert list(opened(tmp_path)) == ["x"]


def test_a_project_without_one_has_no_order(tmp_path: Path) -> None:
    assert opened(tmp_path) == {}
