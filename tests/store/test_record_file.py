"""A record on disk reads back as what was written, and nothing unreadable gets through."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from art.core.record import CheckResult, Record
from art.errors import RecordError
from art.store.record_file import NewerRecordError, decode, encode


def a_record(**values: Any) -> Record:
    base: dict[str, Any] = {
        "project": "digits",
        "stage": "overfit",
        "order": 5,
        "run": "0001-20261123-221000",
        "model": "cnn",
        "status": "passed",
        "started": "2026-11-23T22:10:00Z",
    }
    return Record(**{**base, **values})


CHECK = CheckResult("loss", "art.LessThan.v1", "block", True, 0.004, "< 0.01", "It is.", "")


def test_a_full_record_reads_back_equal() -> None:
    record = a_record(
        seconds=3.1,
        scores={"train/loss": 0.004, "val/żółw": 1.0},
        checks=[CHECK],
        artifacts={"checkpoint": "checkpoints/last.ckpt"},
        settings={"model.dropout": 0.3, "layers": [1, 2]},
        inputs={"config": "ab", "earlier": {"03-loss_at_init": "cd"}},
        environment={"torch": "2.13"},
        folder="05-overfit/0001-20261123-221000",
    )
    assert decode(encode(record), record.folder) == record


def test_the_file_is_the_contracts_json() -> None:
    values = json.loads(encode(a_record(checks=[CHECK])))
    assert list(values)[:9] == [
        "schema", "project", "stage", "order", "run", "model", "status", "started", "seconds",
    ]  # fmt: skip
    assert values["schema"] == 1
    assert "folder" not in values
    assert list(values["checks"][0]) == [
        "name", "check", "severity", "passed", "value", "expected", "message", "hint",
    ]  # fmt: skip


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_numbers_that_are_not_finite_survive_as_valid_json(number: float) -> None:
    content = encode(a_record(scores={"train/loss": number}, settings={"bound": number}))

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is no JSON")

    json.loads(content, parse_constant=refuse)
    back = decode(content).scores["train/loss"]
    assert back == number or (math.isnan(back) and math.isnan(number))


def test_what_is_no_json_never_costs_the_record() -> None:
    odd = {
        "path": Path("a/b"),
        "scalar": np.float32(0.5),
        "set": {2, 1},
        "tuple": (1, np.int64(2)),
        "object": object,
        3: "a key that is no text",
    }
    record = decode(encode(a_record(scores={"val/accuracy": np.float64(0.5)}, settings=odd)))
    assert record.scores == {"val/accuracy": 0.5}
    assert record.settings["path"] == "a/b"
    assert record.settings["scalar"] == 0.5
    assert record.settings["set"] == [1, 2]
    assert record.settings["tuple"] == [1, 2]
    assert record.settings["object"] == "<class 'object'>"
    assert record.settings["3"] == "a key that is no text"


def test_a_file_name_that_is_no_unicode_survives() -> None:
    record = a_record(artifacts={"figure": "figures/\udc80.png"})
    assert decode(encode(record)).artifacts == record.artifacts


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"scores": [1]}, "'scores' cannot be"),
        ({"scores": {"train/loss": None}}, "score 'train/loss' is no number"),
        ({"order": "5"}, "'order' cannot be"),
        ({"status": "fine"}, "unknown status"),
        ({"checks": ["loss"]}, "dictionary"),
        ({"checks": [{"name": "loss"}]}, "not a whole record"),
        ({"artifacts": {"checkpoint": 3}}, "is no path"),
        ({"schema": None}, "schema None"),
    ],
)
def test_a_spoiled_value_is_named(change: dict[str, Any], complaint: str) -> None:
    values = {**json.loads(encode(a_record())), **change}
    with pytest.raises(RecordError, match=complaint) as error:
        decode(json.dumps(values).encode(), "05-overfit/0001")
    assert not isinstance(error.value, NewerRecordError)


def test_a_later_schema_is_told_apart_and_extra_keys_are_passed_over() -> None:
    values = json.loads(encode(a_record()))
    assert decode(json.dumps({**values, "mood": "good"}).encode()) == a_record()
    with pytest.raises(NewerRecordError, match="Update ART"):
        decode(json.dumps({**values, "schema": 2}).encode())


@given(st.binary(max_size=60) | st.sampled_from([b"[" * 100_000, b"9" * 5000, b"", b"{}", b"null"]))
def test_no_bytes_at_all_raise_anything_but_a_record_error(content: bytes) -> None:
    with pytest.raises(RecordError):
        decode(content)


@given(cut=st.integers(0, 400))
def test_half_a_record_is_never_read(cut: int) -> None:
    content = encode(a_record(checks=[CHECK])).rstrip()
    if cut < len(content):
        with pytest.raises(RecordError):
            decode(content[:cut])
