"""Small gzip files that hold far more than they should: refused while they are unpacked."""

from __future__ import annotations

import gzip
import struct
import tracemalloc

import pytest

from art.core import unpacking
from art.errors import DataError
from art.registry.data._csv import read_columns
from art.registry.data._idx import read_images


def packed(path, head: bytes, block: bytes, times: int):
    with gzip.open(path, "wb", compresslevel=9) as file:
        file.write(head)
        for _ in range(times):
            file.write(block)
    return path


@pytest.fixture
def small_limits(monkeypatch):
    """The real limits hold a gigabyte; a test need not."""
    monkeypatch.setattr(unpacking, "HARMLESS", 1 << 22)


def test_an_idx_file_is_read_no_further_than_its_header_promises(tmp_path):
    header = struct.pack(">BBBB3I", 0, 0, 8, 3, 1, 1, 1)
    path = packed(tmp_path / "x-ubyte.gz", header, bytes(1 << 20), 256)
    tracemalloc.start()
    with pytest.raises(DataError, match=r"x-ubyte\.gz: longer than it says: .* it has more"):
        read_images(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert path.stat().st_size < 1 << 20 and peak < 8 << 20  # of 256 MB


def test_no_room_is_made_for_what_an_idx_file_only_promises(tmp_path):
    header = struct.pack(">BBBB3I", 0, 0, 8, 3, 1 << 20, 1 << 20, 1 << 10)
    path = packed(tmp_path / "x-ubyte.gz", header, bytes(1 << 20), 4)
    with pytest.raises(DataError, match=r"truncated: .* 1125899906842640 bytes, and it has 41943"):
        read_images(path)


def test_a_table_that_grows_a_thousandfold_is_refused(tmp_path, small_limits):
    path = packed(tmp_path / "x.csv.gz", b"a,b\n", b"1" * (1 << 20), 16)
    tracemalloc.start()
    with pytest.raises(DataError, match=r"x\.csv\.gz: .* unpack to more than 4,194,304, 100 times"):
        read_columns(path, ",")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 48 << 20


def test_more_than_the_free_memory_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(unpacking, "free_memory", lambda: 1 << 20)
    path = packed(tmp_path / "x.csv.gz", b"a,b\n", b"1,2\n" * 1000, 1000)
    with pytest.raises(DataError, match="more than the 1,048,576 bytes of memory that are free"):
        read_columns(path, ",")


def test_a_table_of_few_values_holds_each_once(tmp_path):
    path = packed(tmp_path / "x.csv.gz", b"a,b\n", b"1.25,red\n" * 1000, 200)
    tracemalloc.start()
    columns = read_columns(path, ",")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert columns.values["b"] == ["red"] * 200_000
    # 400,000 texts of 50 bytes and more would be 20 MB above the lists
    assert peak < 45 << 20, peak
