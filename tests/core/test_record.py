"""The record's JSON is the contract's."""

import json

import pytest

from art.core.record import CheckResult, Record
from art.errors import RecordError

KEYS = [
    "schema",
    "project",
    "stage",
    "order",
    "run",
    "model",
    "status",
    "started",
    "seconds",
    "scores",
    "checks",
    "artifacts",
    "settings",
    "inputs",
    "environment",
]


def a_record():
    check = CheckResult("loss", "art.LessThan.v1", "block", False, 0.5, "< 0.1", "no", "look")
    warning = CheckResult("gap", "art.LessThan.v1", "warn", False, 0.5, "< 0.1", "no", "look")
    return Record(
        "digits",
        "overfit",
        5,
        "0001-x",
        "art.CNN.v1",
        "failed",
        "2026-11-23T22:10:00Z",
        3.1,
        {"train/loss": 0.5},
        [check, warning],
        {"checkpoint": "checkpoints/best.ckpt"},
    )


def test_keys_and_order_are_the_contracts():
    assert list(a_record().to_json())[: len(KEYS)] == KEYS


def test_round_trip_and_unknown_keys():
    values = json.loads(json.dumps(a_record().to_json()))
    values["later"] = 1
    values["checks"][0]["later"] = 2
    assert Record.from_json(values) == a_record()


def test_gate_and_severity():
    record = a_record()
    assert [c.name for c in record.failed_checks] == ["loss"]
    assert [c.name for c in record.warnings] == ["gap"]
    assert not record.gate_open


@pytest.mark.parametrize(
    "change",
    [{"schema": 99}, {"schema": None}, {"status": "fine"}, {"stage": None, "checks": [{"a": 1}]}],
)
def test_what_cannot_be_read_is_a_record_error(change):
    with pytest.raises(RecordError):
        Record.from_json({**a_record().to_json(), **change})
    with pytest.raises(RecordError):
        Record.from_json([1])
