"""Which model each run of a stage was of, so that finding the latest reads few records.

`runs.jsonl` in a stage folder holds a line a run: `{"run": "0001-...", "model": "art.CNN.v1"}`.
It is a cache. The folders and their records are the truth: a torn, missing or foreign index is
rebuilt from them, and nothing is lost with it.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from art.core.files import atomic_write
from art.core.planted import open_to_append, read_stored
from art.errors import StoreError

INDEX = "runs.jsonl"


def append_run(folder: Path, run: str, model: str | None) -> None:
    """Add a line for a new run of the stage whose folder this is."""
    try:
        with open_to_append(folder / INDEX) as file:
            file.write(_line(run, model).encode())
    except OSError:  # the index only saves time; a disk that is full shows at the record
        return


def read_index(folder: Path) -> dict[str, str | None]:
    """The model of each run that the index knows; lines that make no sense are passed over."""
    try:
        content = read_stored(folder / INDEX)
    except OSError:
        return {}
    models: dict[str, str | None] = {}
    for values in _values(content.splitlines()):
        try:
            run, model = values["run"], values["model"]
        except (KeyError, TypeError):
            continue
        if isinstance(run, str) and isinstance(model, (str, type(None))):
            models[run] = model
    return models


def _values(lines: Sequence[bytes]) -> Iterator[Any]:
    """What the lines hold: read at once, which takes a fifth of the time, else one by one."""
    try:
        values = json.loads(b"[" + b",".join(lines) + b"]")
    except (ValueError, RecursionError):
        values = []
    if len(values) == len(lines):  # no line holds several, or a part of one
        yield from values
        return
    for line in lines:
        with contextlib.suppress(ValueError, RecursionError):
            yield json.loads(line)


def write_index(folder: Path, models: Mapping[str, str | None]) -> None:
    """Write the index anew; a store that cannot be written keeps its old one."""
    lines = "".join(_line(run, model) for run, model in models.items())
    with contextlib.suppress(StoreError):
        atomic_write(folder / INDEX, lines)


def _line(run: str, model: str | None) -> str:
    return json.dumps({"run": run, "model": model}) + "\n"
