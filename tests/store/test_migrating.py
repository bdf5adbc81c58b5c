"""Records of older schemas are read as those of the present one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from art.core import record as records
from art.core.record import Record
from art.errors import RecordError
from art.store import migrating, record_file
from art.store.record_file import decode, encode

RECORD = Record("p", "s", 1, "0001", None, "passed", "2026-11-23T22:10:00Z", scores={"loss": 0.5})


@pytest.fixture
def third_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    """An ART that has changed a record's meaning twice: names of scores, then their direction."""
    monkeypatch.setattr(records, "SCHEMA", 3)
    monkeypatch.setattr(record_file, "SCHEMA", 3)
    monkeypatch.setattr(migrating, "STEPS", {})

    @migrating.step_from(1)
    def _named(values: dict[str, Any]) -> dict[str, Any]:
        return {**values, "scores": {f"train/{n}": v for n, v in values["scores"].items()}}

    @migrating.step_from(2)
    def _turned(values: dict[str, Any]) -> dict[str, Any]:
        return {**values, "scores": {n: -v for n, v in values["scores"].items()}}


def test_an_older_record_takes_every_step(third_schema: None) -> None:
    old = json.loads(encode(RECORD))
    assert old["schema"] == 3  # what this ART writes is of its own schema, and takes no step
    assert decode(json.dumps(old).encode()).scores == {"loss": 0.5}
    assert decode(json.dumps({**old, "schema": 2}).encode()).scores == {"loss": -0.5}
    assert decode(json.dumps({**old, "schema": 1}).encode()).scores == {"train/loss": -0.5}


def test_a_record_that_no_step_can_read_is_set_aside_not_a_crash(third_schema: None) -> None:
    old = json.loads(encode(RECORD))
    del old["scores"]
    with pytest.raises(RecordError, match="not a whole record of schema 1"):
        decode(json.dumps({**old, "schema": 1}).encode(), "01-s/0001")
    with pytest.raises(RecordError, match="not one that ART ever wrote"):
        decode(json.dumps({**old, "schema": 0}).encode(), "01-s/0001")


def test_every_schema_so_far_has_its_step() -> None:
    assert sorted(migrating.STEPS) == list(range(1, records.SCHEMA))
