"""Remembers that nothing was left to do, so that the next run can say so at once.

Whether a stage is up to date is decided from its inputs, and to know them the user's code files
have to be imported, which may import torch. A receipt holds digests of all that the decision
depended on; while none of them has changed, neither has the decision.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from art.config import StageSpec
from art.core.files import atomic_write, sha256_file
from art.core.planted import read_stored
from art.core.record import Record
from art.errors import PathError, StoreError
from art.running.packages import art_version
from art.running.planned import PlannedStage
from art.store import RunStore
from art.store.fingerprints import fingerprint_of

FILE = ".receipt.json"
CACHE = ".fingerprints.json"

StageRun = tuple[str, int, str | None, str]
"""A stage's name, its place in the recipe, its record's model, and its run."""


@dataclass(frozen=True)
class Receipt:
    """All that "nothing to do" depended on.

    Attributes:
        settings: the digest of every layer of the config (`art.config.peeking`).
        folder: the working folder, which relative paths start from.
        code: the code files that the user names.
        files: the sha256 of each file that defines a function the recipe uses.
        data: the fingerprint of each file or folder that the config names; empty for a text that
            is none.
        versions: of ART and Python.
        runs: the latest run of each stage and model, in the recipe's order.
    """

    settings: str
    folder: str
    code: list[str]
    files: dict[str, str]
    data: dict[str, str]
    versions: list[str]
    runs: list[StageRun]


def write_receipt(
    store: RunStore,
    settings: str,
    code: Sequence[Path | str],
    files: Mapping[Path, str],
    data: Mapping[str, str],
    plan: Sequence[PlannedStage],
) -> None:
    """Leave a receipt in the store; a store that cannot take one is only slower.

    Args:
        store: where every gate of the plan is open now.
        settings: the config's digest.
        code: the code files, as the user names them.
        files: the digest of each file with functions in use, as it was when it was loaded.
        data: see `Receipt`.
        plan: the whole recipe.
    """
    latest = {(record.stage, record.model): record.run for record in store.latest_all()}
    receipt = Receipt(
        settings=settings,
        folder=str(Path.cwd()),
        code=[str(path) for path in code],
        files={str(path): digest for path, digest in files.items()},
        data=dict(data),
        versions=_versions(),
        runs=[
            (stage.name, stage.order, stage.model, latest[stage.name, stage.model])
            for stage in plan
        ],
    )
    with suppress(StoreError):
        atomic_write(store.folder / FILE, json.dumps(asdict(receipt), indent=1) + "\n")


def still_done(
    store: RunStore, settings: str, code: Sequence[Path | str]
) -> list[PlannedStage] | None:
    """The recipe, when nothing is left to do in it; None where there may be.

    The stages bear their names, places and models alone: no function was looked at.
    """
    receipt = _read(store.folder / FILE)
    if (
        receipt is None
        or receipt.settings != settings
        or receipt.folder != str(Path.cwd())
        or receipt.code != [str(path) for path in code]
        or receipt.versions != _versions()
        or not _same_files(receipt.files)
        or not _same_data(receipt.data, store.folder / CACHE)
    ):
        return None
    records = {(record.stage, record.model): record for record in store.latest_all()}
    if not all(_is(records.get((name, model)), run) for name, _, model, run in receipt.runs):
        return None
    return [
        PlannedStage(StageSpec(name, order, "", {}), model, "", False, "up to date", {})
        for name, order, model, _ in receipt.runs
    ]


def _is(record: Record | None, run: str) -> bool:
    return record is not None and record.run == run and record.gate_open


def _read(path: Path) -> Receipt | None:
    try:
        values: dict[str, Any] = json.loads(read_stored(path))
        values["runs"] = [
            (str(name), int(order), model, str(run)) for name, order, model, run in values["runs"]
        ]
        receipt = Receipt(**values)
        texts = [*receipt.files, *receipt.files.values(), *receipt.data, *receipt.data.values()]
        return receipt if all(isinstance(text, str) for text in texts) else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None  # none yet, or not ours: everything is looked at again


def _same_files(files: Mapping[str, str]) -> bool:
    try:
        return all(
            Path(path).is_file() and sha256_file(Path(path)) == digest
            for path, digest in files.items()
        )
    except (OSError, ValueError):
        return False


def _same_data(data: Mapping[str, str], cache: Path) -> bool:
    try:
        runs = cache.parent.parent
        return all(fingerprint_of(t, cache, runs=runs) == before for t, before in data.items())
    except PathError:
        return False


def _versions() -> list[str]:
    return [art_version(), sys.version]
