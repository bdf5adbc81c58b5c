"""Between a record and the text of its `record.json`."""

from __future__ import annotations

import json
import math
from pathlib import PurePath
from typing import Any

from art.core.record import SCHEMA, Record
from art.errors import RecordError
from art.store.migrating import migrated

NOT_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}

_FIELD_TYPES: dict[str, type | tuple[type, ...]] = {
    "project": str,
    "stage": str,
    "order": int,
    "run": str,
    "model": (str, type(None)),
    "started": str,
    "seconds": (int, float),
    "scores": dict,
    "checks": list,
    "artifacts": dict,
    "settings": dict,
    "inputs": dict,
    "environment": dict,
    "error": str,
}

DEEPEST = 100
"""Levels of lists and dicts that a record may have: Python's own limit is not far above."""
MOST_STAGES = 1_000_000

_CHECK_TYPES: dict[str, type | tuple[type, ...]] = {
    "name": str,
    "check": str,
    "passed": bool,
    "value": (int, float, str, type(None)),
    "severity": str,
    "expected": str,
    "message": str,
    "hint": str,
}


class NewerRecordError(RecordError):
    """A record that a later version of ART wrote: good, only not for this one."""


def record_json(record: Record) -> dict[str, Any]:
    """The contract's JSON object, of values that every JSON reader takes.

    A number that is not finite becomes one of the words `nan`, `inf`, `-inf`: JSON has no such
    numbers, and null would hide that there was one. What is no JSON at all (a path, an array's
    scalar, an object that a stage left in its settings) becomes its plain value or its name: an
    odd result must never cost the record.
    """
    values = plain(record.to_json())
    assert isinstance(values, dict)
    return values


def encode(record: Record) -> bytes:
    """The text of `record.json`."""
    text = json.dumps(record_json(record), indent=2, ensure_ascii=False, allow_nan=False)
    # A lone surrogate (a file name that is no UTF-8) turns into JSON's own escape of it.
    return (text + "\n").encode("utf-8", errors="backslashreplace")


def decode(content: bytes, folder: str = "") -> Record:
    """Read what `encode` wrote, or any record of this schema or an earlier one.

    Args:
        content: the file's bytes.
        folder: where it was read from, relative to the project's folder.

    Raises:
        NewerRecordError: a later version of ART wrote it.
        RecordError: it is no whole record; the message says why.
    """
    try:
        values = json.loads(content.decode("utf-8"))
        if isinstance(values, dict):
            _check_depth(values)
    except (ValueError, RecursionError) as error:  # JSON, UTF-8, a number of 5,000 digits
        raise RecordError(f"{folder}: no JSON: {error}") from None
    schema = values.get("schema") if isinstance(values, dict) else None
    if isinstance(schema, int) and schema > SCHEMA:
        raise NewerRecordError(
            f"{folder}: written by a later version of ART (record schema {schema}, this version "
            f"reads up to {SCHEMA}). Update ART to read it."
        )
    try:
        record = Record.from_json(migrated(values, folder), folder)
    except (TypeError, ValueError) as error:
        raise RecordError(str(error)) from None
    _check_types(record, _FIELD_TYPES, folder)
    record.seconds = _number("seconds", record.seconds, folder)
    if not 0 <= record.order <= MOST_STAGES:
        raise RecordError(f"{folder}: 'order' cannot be {record.order!r:.60}")
    for check in record.checks:
        _check_types(check, _CHECK_TYPES, folder)
        if isinstance(check.value, int):
            _number(f"the value of {check.name!r:.60}", check.value, folder)
    record.scores = {name: _score(name, value, folder) for name, value in record.scores.items()}
    for name, path in record.artifacts.items():
        if not isinstance(path, str):
            raise RecordError(f"{folder}: artifact '{name}' is no path: {path!r}")
    return record


def plain(value: Any) -> Any:
    """The nearest value that JSON can hold."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else repr(float(value))
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted((plain(item) for item in value), key=repr)
    if isinstance(value, PurePath):
        return value.as_posix()
    if getattr(value, "ndim", None) == 0 and callable(getattr(value, "item", None)):
        return plain(value.item())  # a scalar of numpy or torch
    return repr(value)[:200]


def _check_types(part: Any, types: dict[str, type | tuple[type, ...]], folder: str) -> None:
    for name, expected in types.items():
        value = getattr(part, name)
        if not isinstance(value, expected):
            raise RecordError(f"{folder}: '{name}' cannot be {value!r:.60}")


def _score(name: str, value: Any, folder: str) -> float:
    if isinstance(value, str) and value in NOT_FINITE:
        return NOT_FINITE[value]
    if isinstance(value, (int, float)):
        return _number(f"score '{name:.60}'", value, folder)
    raise RecordError(f"{folder}: score '{name:.60}' is no number: {value!r:.60}")


def _number(name: str, value: float, folder: str) -> float:
    try:
        return float(value)
    except OverflowError:
        raise RecordError(f"{folder}: {name} is too large for a number") from None


def _check_depth(values: Any, level: int = 0) -> None:
    if level > DEEPEST:
        raise ValueError(f"nested more than {DEEPEST} levels deep")
    for value in values.values() if isinstance(values, dict) else values:
        if isinstance(value, dict | list):
            _check_depth(value, level + 1)
