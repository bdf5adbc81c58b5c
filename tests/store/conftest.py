"""A run store in a temporary folder, and records to put in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from art.core.record import Record
from art.store.run_folder import RunFolder
from art.store.run_store import RunStore


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    store = RunStore(tmp_path / "runs", "digits")
    store.prepare()
    return store


def record_for(run: RunFolder, stage: str, order: int, **values: Any) -> Record:
    kept = {"model": "cnn", "status": "passed", "started": "2026-11-23T22:10:00Z", **values}
    return Record(project="digits", stage=stage, order=order, run=run.run, **kept)


@pytest.fixture
def leave(store: RunStore) -> Callable[..., Record]:
    """Runs a stage: opens a folder, writes a record, closes it."""

    def leave_record(stage: str = "overfit", order: int = 5, **values: Any) -> Record:
        with store.open_run(stage, order, values.get("model", "cnn")) as run:
            record = record_for(run, stage, order, **values)
            run.write(record)
        return record

    return leave_record
