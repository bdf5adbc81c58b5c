"""What a report holds, read from a real store."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from art.reporting.snapshots import snapshot, snapshot_of, to_json
from art.store.run_store import RunStore

from .conftest import a_check, a_failed_record, a_record


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    store = RunStore(tmp_path / "runs", "digits")
    for record in (a_failed_record(), a_record(), a_record("explore", 1, model=None)):
        with store.open_run(record.stage, record.order, record.model) as run:
            run.write(dataclasses.replace(record, run=run.run))
    return store


def test_the_latest_records_in_the_order_of_the_recipe(store: RunStore) -> None:
    report = snapshot(store)
    assert report.names == ("explore", "baseline", "overfit_one_batch")
    assert report.models == ("cnn",)
    assert [s.status for s in report.stages] == ["passed", "passed", "failed"]
    assert report.stages[2].hint == "Look at the learning rate first."
    assert report.folder == str(store.folder)


def test_a_plan_gives_the_order_and_shows_what_is_missing(store: RunStore) -> None:
    planned = [("explore", None), ("overfit_one_batch", "cnn"), ("evaluate", "cnn")]
    report = snapshot(store, planned)
    assert [(s.stage, s.status) for s in report.stages] == [
        ("explore", "passed"),
        ("overfit_one_batch", "failed"),
        ("evaluate", "missing"),
    ]
    assert report.stages[2].order == 3


def test_json_is_the_contracts(store: RunStore) -> None:
    values = to_json(snapshot(store, [("explore", None), ("baseline", "cnn"), ("x", None)]))
    assert list(values) == ["project", "stages"]
    assert values["project"] == "digits"
    assert [s["stage"] for s in values["stages"]] == ["explore", "baseline"]
    path = store.path_of(store.records("baseline")[0], "record.json")
    assert values["stages"][1] == json.loads(path.read_text())
    json.dumps(values, allow_nan=False)


def test_numbers_that_are_not_finite_are_valid_json(store: RunStore) -> None:
    stage = snapshot_of(a_record(scores={"train/loss": float("nan")}))
    assert stage.json is not None and stage.json["scores"] == {"train/loss": "nan"}


def test_a_snapshot_does_not_change_with_the_record() -> None:
    record = a_record()
    stage = snapshot_of(record)
    record.scores["val/accuracy"] = 0.0
    record.checks.clear()
    assert stage.scores["val/accuracy"] == 0.95555 and len(stage.checks) == 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        stage.status = "failed"  # type: ignore[misc]


def test_only_a_blocking_check_gives_the_hint() -> None:
    warning = a_check("gap", passed=False, severity="warn", hint="not this one")
    stage = snapshot_of(a_record(checks=[warning, a_check()]))
    assert stage.hint == "" and stage.warnings == (warning,) and stage.failed_checks == ()


def test_an_unreadable_record_is_told_of(store: RunStore) -> None:
    path = store.path_of(store.records("baseline")[0], "record.json")
    path.write_text("{")
    report = snapshot(RunStore(store.root, "digits", read_only=True))
    assert report.names == ("explore", "overfit_one_batch")
    assert len(report.set_aside) == 1 and "02-baseline" in report.set_aside[0]
