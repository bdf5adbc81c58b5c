"""Fingerprints of data and settings: equal if and only if what a stage would read is equal."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from art.core.files import atomic_write, sha256_file
from art.core.planted import read_stored
from art.core.record import Record
from art.errors import PathError, StoreError
from art.store.not_data import IsData, data_in

TRUST_AGE = 2.0
"""Seconds. A younger file may change again within one tick of its file system's clock, which
size and time would not show; so it is read again rather than remembered."""


def digest(value: Any) -> str:
    """The sha256 of plain values (dicts, lists, strings, numbers, None), whatever their order.

    Raises:
        TypeError: a value is none of these.
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def outcome_digest(record: Record) -> str:
    """The digest of what a later stage can see of a record: no times, so that a repetition changes
    nothing. A later stage keeps it as `inputs["earlier"]["NN-STAGE"]`."""
    return digest(
        {
            "inputs": record.inputs,
            "scores": {name: repr(value) for name, value in record.scores.items()},
            "settings": record.settings,
            "status": record.status,
        }
    )


def fingerprint_path(path: Path, cache: Path, *, runs: Path | None = None) -> str:
    """The sha256 over the sorted relative names and contents of a file or folder.

    A file that kept its size, times and inode since it was last read is not read again.

    Args:
        path: the file or folder; links are followed.
        cache: a JSON file that remembers contents' hashes; made when missing or broken.
        runs: the runs folder; where it lies in the folder it is left out, and of a folder that
            holds the working folder, what a project keeps beside its data.

    Raises:
        PathError: there is nothing at `path`, or something in it cannot be read.
    """
    path = Path(path).absolute()
    remembered = _read_cache(cache)
    known = remembered.get(str(path), {})
    fresh: dict[str, list[Any]] = {}
    total = hashlib.sha256()
    settled_before = (time.time() - TRUST_AGE) * 1e9
    try:
        for relative, status in sorted(_files(path, runs)):
            stamp = [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]
            settled = stamp[1] < settled_before and stamp[2] < settled_before
            content = _remembered_hash(known.get(relative), stamp) if settled else None
            if content is None:
                content = sha256_file(path / relative)
            if settled:
                fresh[relative] = [stamp, content]
            name = os.fsencode(relative)
            total.update(b"%d:%s:%s\n" % (len(name), name, content.encode()))
    except OSError as error:
        place = error.filename or path
        raise PathError(f"{place}: cannot be read: {error.strerror or error}.") from error
    if fresh != known:
        remembered[str(path)] = fresh
        with contextlib.suppress(StoreError):  # without its cache it is slower, not wrong
            atomic_write(cache, json.dumps({"version": 1, "paths": remembered}))
    return total.hexdigest()


def fingerprint_of(text: str, cache: Path, *, runs: Path | None = None) -> str:
    """The fingerprint of the file or folder that a text names; empty where it names none."""
    try:
        exists = bool(text) and len(text) < 4096 and Path(text).exists()
    except (OSError, ValueError):  # a text that no path can be, e.g. with a NUL byte
        exists = False
    return fingerprint_path(Path(text), cache, runs=runs) if exists else ""


def _remembered_hash(entry: Any, stamp: list[int]) -> str | None:
    if isinstance(entry, list) and len(entry) == 2 and entry[0] == stamp:
        return str(entry[1])
    return None


def _files(path: Path, runs: Path | None) -> Iterator[tuple[str, os.stat_result]]:
    """Relative names (with `/`; `""` for a file itself) and status of all plain files."""
    status = path.stat()
    if not stat.S_ISDIR(status.st_mode):
        if stat.S_ISREG(status.st_mode):
            yield "", status
        return
    yield from _walk(str(path), "", {(status.st_dev, status.st_ino)}, data_in(path, runs))


def _walk(
    folder: str, prefix: str, above: set[tuple[int, int]], is_data: IsData
) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            try:
                status = entry.stat()
            except FileNotFoundError:  # a link to nothing: nothing can be read there
                continue
            if not is_data(entry, status):
                continue
            if stat.S_ISREG(status.st_mode):
                yield prefix + entry.name, status
            elif stat.S_ISDIR(status.st_mode):
                this = (status.st_dev, status.st_ino)
                if this not in above:  # a link to a folder above would never end
                    within = f"{prefix}{entry.name}/"
                    yield from _walk(entry.path, within, above | {this}, is_data)


def _read_cache(cache: Path) -> dict[str, dict[str, Any]]:
    try:
        paths = json.loads(read_stored(cache))["paths"]
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return {}
    if not isinstance(paths, dict):
        return {}
    return {path: files for path, files in paths.items() if isinstance(files, dict)}
