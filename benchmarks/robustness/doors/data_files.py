"""Hostile data files, and what the reader that each is meant for says of it."""

from __future__ import annotations

import io
import os
import socket
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from benchmarks.robustness.doors.broken import broken_files, packed, zipped
from benchmarks.robustness.doors.configs import BASE
from benchmarks.robustness.doors.gadgets import Call
from benchmarks.robustness.hostile import Scene

EXPLORING = BASE.partition("[stages.overfit]")[0].replace('"overfit", "evaluate"', '"explore"')
"""The one stage that examines the data: with others, `art debug data` ends before it reads any."""

ARRAYS, TABLE = "art.Arrays.v1", "art.CSV.v1"
KINDS: dict[str, Callable[[Path], None]] = {
    "a pipe": os.mkfifo,
    "a device": lambda path: path.symlink_to("/dev/zero"),
    "a socket": lambda path: socket.socket(socket.AF_UNIX).bind(path.name),
}
PICKLE = r"NumPy would take it for a pickle, and pickles are not read"
BINARY = r"not UTF-8 text \(byte \d+\)"


def contents(marker: Path) -> Iterator[tuple[str, bytes, str, str]]:
    """Names, contents, and what is said of each as arrays and as a table."""
    evil = np.array([Call("os:mkdir", str(marker))], dtype=object)
    both, alone = io.BytesIO(), io.BytesIO()
    np.savez(both, inputs=evil, targets=evil)
    np.save(alone, evil)
    broken = dict(broken_files(zipped({"a": 1}), marker))
    yield "pickled arrays", both.getvalue(), r"'inputs' holds Python objects", BINARY
    yield "a pickled array", alone.getvalue(), PICKLE, BINARY
    yield "nothing", b"", "No data left in file", "an empty file"
    yield "zeros", broken["zeros"], PICKLE, "one column only"
    yield "a half", broken["a half"], "File is not a zip file", BINARY
    yield "a checkpoint", zipped({"a": 1}), "no array 'inputs'", BINARY
    yield "arrays without measure", _measureless(), "more memory than there is", BINARY
    formulas = f"a,target\n=cmd|'/c touch {marker}'!A1,1\n".encode() * 40
    yield "formulas", formulas, PICKLE, r"Statistics"
    yield "escapes", b"\x1b[2J,\x1b]0;evil\x07\n" * 40, PICKLE, r"no column 'target'"
    yield "a field without an end", b"a,target\n" + b"x" * 10_000_000, PICKLE, "field larger than"


def _measureless() -> bytes:
    """Arrays whose headers promise 256 TB."""
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (35184372088832,), }"
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    array = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + bytes(64)
    return packed({"inputs.npy": array, "targets.npy": array})


def data_files(scene: Scene) -> Iterator[tuple[str, list[str]]]:
    """Data that a config names."""
    for name, content, as_arrays, as_table in contents(scene.marker):
        for ending, function in (("npz", ARRAYS), ("npy", ARRAYS), ("csv", TABLE)):
            file = scene.folder / f"x.{ending}"
            file.write_bytes(content)
            what = as_table if function == TABLE else as_arrays
            codes = (1,) if (name, ending) == ("formulas", "csv") else (2,)
            yield f"{name} in {file.name}", _examined(scene, file, function, what, codes)
            file.unlink()
    for name, make in KINDS.items():
        for ending, function in (("npz", ARRAYS), ("csv", TABLE), ("csv.gz", TABLE)):
            file = scene.folder / f"x.{ending}"
            here = Path.cwd()
            os.chdir(scene.folder)  # a socket's path must be short
            make(file)
            os.chdir(here)
            what = rf"x\.{ending}: cannot be read: this is {name}, not a regular file"
            yield f"{name} as {file.name}", _examined(scene, file, function, what, (2,))
            file.unlink()


def _examined(
    scene: Scene, file: Path, function: str, what: str, codes: tuple[int, ...]
) -> list[str]:
    target = '\ntarget = "target"' if function == TABLE else ""
    text = EXPLORING.replace('"art.BreastCancer.v1"', f'"{function}"\nfile = "{file.name}"{target}')
    (scene.folder / "data.cfg").write_text(text)
    return scene.faults(scene.art("debug", "data", "data.cfg"), codes, says=what)
