"""A fingerprint changes exactly when what would be read changes."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from art.errors import PathError
from art.store import fingerprints
from art.store.fingerprints import digest, fingerprint_path

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    (folder / "cats").mkdir(parents=True)
    (folder / "cats" / "1.png").write_bytes(b"meow")
    (folder / "labels.csv").write_text("1,cat\n")
    settle(folder)
    return folder


def settle(folder: Path) -> None:
    """Make the files look as if written an hour ago (ctime cannot be set: see `aged`)."""
    for path in folder.rglob("*"):
        os.utime(path, (time.time() - 3600,) * 2)


@pytest.fixture
def aged(monkeypatch: pytest.MonkeyPatch) -> None:
    """An hour passes between writing the files and fingerprinting them."""
    now = time.time
    monkeypatch.setattr(fingerprints.time, "time", lambda: now() + 3600)


@given(PLAIN, PLAIN)
def test_digests_are_equal_where_values_are(one: object, other: object) -> None:
    assert digest(one) == digest(json.loads(json.dumps(one)))
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (digest(one) == digest(other)) is same


def test_the_order_of_keys_is_no_difference_and_other_objects_are_refused() -> None:
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    assert digest([1, 2]) != digest([2, 1])
    with pytest.raises(TypeError):
        digest({"path": Path("x")})


def test_every_change_shows_and_changing_back_restores(data: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache.json"
    first = fingerprint_path(data, cache)
    image = data / "cats" / "1.png"
    image.write_bytes(b"MEOW")
    changed = fingerprint_path(data, cache)
    image.write_bytes(b"meow")
    assert fingerprint_path(data, cache) == first
    image.rename(data / "cats" / "2.png")
    renamed = fingerprint_path(data, cache)
    (data / "cats" / "2.png").rename(image)
    (data / "extra").touch()
    added = fingerprint_path(data, cache)
    assert len({first, changed, renamed, added}) == 4


def test_names_and_contents_cannot_be_shifted_into_each_other(tmp_path: Path) -> None:
    prints = set()
    for i, files in enumerate([{"ab": "c"}, {"a": "bc"}, {"a": "b", "c": ""}, {"a": "", "bc": ""}]):
        folder = tmp_path / str(i)
        folder.mkdir()
        for name, content in files.items():
            (folder / name).write_text(content)
        prints.add(fingerprint_path(folder, tmp_path / "cache.json"))
    assert len(prints) == 4


def test_where_the_data_lies_is_no_difference(data: Path, tmp_path: Path) -> None:
    first = fingerprint_path(data, tmp_path / "cache.json")
    moved = data.rename(tmp_path / "elsewhere")
    assert fingerprint_path(moved, tmp_path / "cache.json") == first


def test_a_known_file_is_not_read_again(
    data: Path, tmp_path: Path, aged: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache.json"
    first = fingerprint_path(data, cache)
    read: list[str] = []
    sha256_file = fingerprints.sha256_file

    def noted(path: Path) -> str:
        read.append(path.name)
        return sha256_file(path)

    monkeypatch.setattr(fingerprints, "sha256_file", noted)
    assert fingerprint_path(data, cache) == first
    assert read == []
    (data / "labels.csv").write_text("1,dog\n")
    assert fingerprint_path(data, cache) != first
    assert read == ["labels.csv"]


def test_a_change_that_keeps_size_and_time_is_seen_while_the_file_is_young(
    data: Path, tmp_path: Path
) -> None:
    cache = tmp_path / "cache.json"
    labels = data / "labels.csv"
    labels.write_text("1,cat\n")
    status = labels.stat()
    first = fingerprint_path(data, cache)
    labels.write_text("1,dog\n")
    os.utime(labels, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert fingerprint_path(data, cache) != first


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"paths": 3}', b'{"paths": {"X": {"labels.csv": [1]}}}']
)
def test_a_broken_cache_is_rebuilt(data: Path, tmp_path: Path, aged: None, content: bytes) -> None:
    cache = tmp_path / "cache.json"
    first = fingerprint_path(data, cache)
    whole = cache.read_bytes()
    cache.write_bytes(content.replace(b"X", os.fsencode(data)))
    assert fingerprint_path(data, cache) == first
    assert cache.read_bytes() == whole


def test_a_cache_that_cannot_be_written_only_costs_time(data: Path, tmp_path: Path) -> None:
    missing = tmp_path / "no" / "folder" / "cache.json"
    assert fingerprint_path(data, missing) == fingerprint_path(data, tmp_path / "cache.json")


def test_one_file_links_and_loops(data: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache.json"
    one = fingerprint_path(data / "labels.csv", cache)
    (data / "loop").symlink_to(data)
    (data / "nothing").symlink_to(tmp_path / "nowhere")
    os.mkfifo(data / "pipe")  # opening it would wait for ever
    fingerprint_path(data, cache)
    link = tmp_path / "link.csv"
    link.symlink_to(data / "labels.csv")
    assert fingerprint_path(link, cache) == one


def test_missing_data_is_named(tmp_path: Path) -> None:
    with pytest.raises(PathError, match=r"nowhere: cannot be read: No such file"):
        fingerprint_path(tmp_path / "nowhere", tmp_path / "cache.json")
