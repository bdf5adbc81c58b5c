"""Whatever comes, it is taken or refused in words: nothing else is ever raised."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from art import api
from art.config.checking.foreign import foreign_faults
from art.config.writing.merge import merge
from art.errors import UNSEEN, Fault, HubError
from art.hub.describing import header
from art.hub.index import _entries
from art.hub.lock import Lock, read_lock, with_lock, without_lock
from art.hub.machine import Machine
from art.hub.review import stripped
from art.hub.sources import FileSource, IndexSource, parse_source, source_name
from art.hub.splitting import merged_system, split
from art.hub.vetting import vet
from tests.hub.conftest import DIGITS

PIECES = st.lists(
    st.sampled_from([
        "git+", "https://", "ssh://", "file://", "h.org", "127.0.0.1", "[::1]", ":", "99999", "@",
        "//", "/", "..", "r.git", "f.cfg", "-o", "%0a", "%", "?", "#", "x", "=", " ", "\n",
        "\u202e", "\x1b", "[", "]", "ż", "~", "\\", "main",
    ]),
    max_size=9,
).map("".join)  # fmt: skip
LINES = st.lists(
    st.sampled_from([
        "[paths]", "[system]", "[loggers.a]", "[model]", "[model.x]", "paths = 1", "lr = 3",
        "x = 1", "data = \"/x\"", "  more", "# c",
        "#: ours", "#! ours", '# art-lock: {"source": 1}', "project = ${a.b}", "num_workers = 99",
        "accelerator = \"gpu\"", "", "[", "]", "=", "x", "\ufeff", "\r", "devices = [",
    ]),
    max_size=12,
).map("\n".join)  # fmt: skip
HERE = Machine(frozenset(), 2, 1 << 30, "")


@settings(max_examples=400, deadline=None)
@given(st.one_of(PIECES, st.text(max_size=40)))
def test_sources(text):
    for named in (True, False):
        try:
            source = parse_source(text, named=named)
        except HubError as error:
            assert UNSEEN.search(error.message) is None
            continue
        assert source_name(source).endswith(".cfg") and "/" not in source_name(source)
        if not isinstance(source, FileSource | IndexSource):
            assert parse_source(str(source), named=named) == source
        assert named or source.named is False


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.binary(max_size=60), LINES.map(str.encode)))
def test_what_comes(data):
    try:
        text = vet(data, "place").text
    except HubError:
        return
    assert UNSEEN.search(text.replace("\r\n", "").replace("\n", "").replace("\t", "")) is None
    assert stripped(text) == text and without_lock(text) == text and read_lock(text) is None


@settings(max_examples=300, deadline=None)
@given(LINES)
def test_what_is_split(text):
    try:
        done = split(text, HERE, Path("/"))
    except HubError as error:
        assert "is in the config" in error.message
        return
    again = split(done.recipe, HERE, Path("/"))
    assert again.recipe == done.recipe and again.system == ""


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_lock_is_read_as_it_was_written(source, revision):
    lock = Lock(source, revision, "a" * 64)
    assert read_lock(with_lock(DIGITS, lock)) == lock
    assert without_lock(with_lock(DIGITS, lock)) == DIGITS


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=9)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["schema", "configs", "name", "source", "title"]), inner),
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=50), JSON.map(json.dumps).map(str.encode)))
def test_indexes(data):
    for content in (data, b'{"schema": 1, "configs": [' + data + b"]}"):
        try:
            _entries(content, FileSource(Path("index.json")))
        except HubError as error:
            assert "\n" not in error.message


@settings(max_examples=150, deadline=None)
@given(LINES, LINES)
def test_what_is_described_merged_and_checked(text, other):
    api.populate()
    mine, theirs = f"{DIGITS}\n{text}", f"{DIGITS}\n{other}"
    lines = header("A title.", theirs, mine=mine, merged=merge(DIGITS, mine, theirs))
    assert all(UNSEEN.search(line) is None for line in lines)
    assert all(isinstance(fault, Fault) for fault in foreign_faults(theirs, "c.cfg", system=text))


@settings(max_examples=300, deadline=None)
@given(LINES, LINES, LINES)
def test_what_is_merged(base, yours, theirs):
    merged = merge(base, yours, theirs)
    assert merge(base, merged.text, base).text == merged.text
    try:
        done = split(theirs, HERE, Path("/"))
    except HubError:
        return
    system = merged_system(yours, done.system)
    assert merged_system(system, done.system) == system
