"""How far a stage is, for those who watch and for those who look later."""

from __future__ import annotations

import json

from art.running import progress
from art.running.progress import Progress
from art.store import PROGRESS, RunStore, read_progress


def test_the_time_left_is_told_and_kept_in_the_run_folder(tmp_path, monkeypatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: clock[0])
    told = []
    with RunStore(tmp_path, "p").open_run("overfit", 1, None) as run:
        tell = Progress(lambda *all: told.append(all[:3]), run)
        for done, seconds in ((1, 0.0), (2, 1.0), (20, 10.0)):
            clock[0] = seconds
            tell(done, 100, "epoch 1/5")
        assert told[0] == (1, 100, "epoch 1/5")
        assert told[1] == (2, 100, "epoch 1/5")  # a second is too little to tell from
        assert told[2] == (20, 100, "about 42 s left, epoch 1/5")
        assert read_progress(run.path) == "20%: about 42 s left, epoch 1/5"
        tell.end()
        assert read_progress(run.path) == ""


def test_another_piece_of_work_is_estimated_anew(tmp_path, monkeypatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: clock[0])
    told = []
    with RunStore(tmp_path, "p").open_run("regularize", 1, None) as run:
        tell = Progress(lambda *all: told.append(all[2]), run)
        for done, seconds in ((1, 0.0), (100, 1000.0), (1, 1000.0), (50, 1010.0)):
            clock[0] = seconds
            tell(done, 100, "")
    assert told[-1] == "about 10 s left"


def test_a_spoilt_file_is_passed_over(tmp_path) -> None:
    (tmp_path / PROGRESS).write_text(json.dumps({"done": "x"}))
    assert read_progress(tmp_path) == ""
    (tmp_path / PROGRESS).write_text(json.dumps({"done": 10**400, "total": 1, "text": "x"}))
    assert read_progress(tmp_path) == ""


def test_a_link_in_its_place_is_not_followed(tmp_path) -> None:
    (tmp_path / "elsewhere").write_text(json.dumps({"done": 1, "total": 2, "text": "secret"}))
    (tmp_path / PROGRESS).symlink_to(tmp_path / "elsewhere")
    assert read_progress(tmp_path) == ""
