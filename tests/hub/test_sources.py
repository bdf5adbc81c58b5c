"""What a source looks like, and what its config is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from art.errors import HubError
from art.hub.sources import (
    FileSource,
    GitSource,
    HttpsSource,
    IndexSource,
    parse_source,
    source_name,
)

GOOD = {
    "digits": (IndexSource("digits"), "digits.cfg"),
    "./digits": (FileSource(Path("digits")), "digits.cfg"),
    "a/b.cfg": (FileSource(Path("a/b.cfg")), "b.cfg"),
    "b.cfg": (FileSource(Path("b.cfg")), "b.cfg"),
    "https://h.org/a%20b/c d.cfg?x=1": (
        HttpsSource("h.org", 443, "/a%20b/c%20d.cfg?x=1"), "c-d.cfg",
    ),
    "https://h.org": (HttpsSource("h.org", 443, "/"), "config.cfg"),
    "https://[2606:4700::1]:8443/x.cfg": (HttpsSource("2606:4700::1", 8443, "/x.cfg"), "x.cfg"),
    "git+https://h.org/o/r.git//p/f.cfg@v1.2": (
        GitSource("https", "/o/r.git", "p/f.cfg", "v1.2", "h.org"), "f.cfg",
    ),
    "git+ssh://git@h.org:22/o/r//f.cfg": (
        GitSource("ssh", "/o/r", "f.cfg", "", "h.org", 22, "git"), "f.cfg",
    ),
    "git+file:///o/r//p/f@feature/x": (GitSource("file", "/o/r", "p/f", "feature/x"), "f.cfg"),
    "git+/o/r//f.cfg": (GitSource("file", "/o/r", "f.cfg"), "f.cfg"),
}  # fmt: skip


@pytest.mark.parametrize("text", GOOD)
def test_sources(text):
    expected, name = GOOD[text]
    assert parse_source(text) == expected
    assert source_name(parse_source(text)) == name


@pytest.mark.parametrize("text", [text for text in GOOD if "+" in text and "file" not in text[:9]])
def test_a_git_source_is_written_so_that_it_can_be_read_again(text):
    source = parse_source(text)
    assert parse_source(str(source)) == source


def test_a_local_repository_may_be_named_from_here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert parse_source("git+./r//f.cfg") == GitSource("file", f"{tmp_path}/r", "f.cfg")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("git+https://h.org/r.git", "no file is named"),
        ("git+https://h.org//f.cfg", "no repository is named"),
        ("git+https://h.org/r//f.cfg@", "not a revision"),
        ("git+file://r//f.cfg", "git+file:///DIR//FILE.cfg"),
        ("https://h.org/x.cfg#L3", "behind #"),
        ("https:///x.cfg", "no host is named"),
        ("https://h.org:port/x.cfg", "not an address"),
        ("ftp://h.org/x.cfg", "'ftp' is not a way"),
        ("", "is no source"),
        ("a" * 3_000, "is no source"),
    ],
)
def test_what_is_none_says_what_one_looks_like(text, says):
    with pytest.raises(HubError) as refused:
        parse_source(text)
    assert says in refused.value.message and len(refused.value.message) < 400


@pytest.mark.parametrize("name", ["../../etc/passwd", "..", "a b;c.cfg", "ż.cfg", "con\u0301.cfg"])
def test_a_name_of_a_config_is_always_a_plain_one(name):
    found = source_name(FileSource(Path(name)))
    assert found.endswith(".cfg") and set(found[:-4]) <= set("abcdefghijklmnopqrstuvwxyz-passwdetc")
