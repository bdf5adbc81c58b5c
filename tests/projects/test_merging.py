"""Files that both changed are merged by line, as git does it."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from art.projects.merging import merge_text

LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "d\n", "e\n"]), max_size=8).map("".join)


@pytest.mark.parametrize(
    ("base", "yours", "theirs", "expected"),
    [
        ("a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n", "A\nb\nC\n"),
        ("a\n", "a\nb\n", "a\n", "a\nb\n"),
        ("a\nb\n", "b\n", "a\nb\nc\n", "b\nc\n"),
        ("a\nb\nc", "a\nb\nc", "a\nb\nc\n", "a\nb\nc\n"),
        ("a\r\nb\r\nc\r\n", "A\r\nb\r\nc\r\n", "a\r\nb\r\nC\r\n", "A\r\nb\r\nC\r\n"),
    ],
)
def test_changes_in_different_places_are_both_taken(base, yours, theirs, expected):
    merged = merge_text(base, yours, theirs)
    assert (merged.text, merged.conflicts) == (expected, ())


def test_what_both_changed_stands_there_twice():
    merged = merge_text("top\na\nend\n", "top\nmine\nend\n", "top\nnew\nend")
    assert merged.text == (
        "top\n<<<<<<< yours\nmine\nend\n=======\nnew\nend\n>>>>>>> template\n"
    )  # fmt: skip
    assert merged.conflicts == (2,)
    merged = merge_text("a\r\n", "b\r\n", "c\r\n")
    assert merged.text == "<<<<<<< yours\r\nb\r\n=======\r\nc\r\n>>>>>>> template\r\n"


@settings(max_examples=200, deadline=None)
@given(LINES, LINES, LINES)
def test_nothing_is_lost(base, yours, theirs):
    merged = merge_text(base, yours, theirs)
    assert merge_text(base, theirs, theirs).text == theirs
    kept = merged.text.splitlines()
    for side in (yours, theirs):
        added = [line for line in side.splitlines() if line not in base]
        assert all(line in kept for line in added)
    assert bool(merged.conflicts) == ("<<<<<<< yours" in kept)
    assert len(merged.conflicts) == kept.count(">>>>>>> template")
    assert all(kept[line - 1] == "<<<<<<< yours" for line in merged.conflicts)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_where_git_finds_no_conflict_neither_do_we_and_the_text_is_the_same(tmp_path_factory, data):
    """Changes of whole lines that are all different, so that there is one way to match them."""
    base = [f"line {n}\n" for n in range(12)]
    places = data.draw(st.lists(st.sampled_from(range(0, 12, 3)), unique=True, min_size=2))
    cut = data.draw(st.integers(1, len(places) - 1))
    sides = []
    for chosen, word in ((places[:cut], "mine"), (places[cut:], "new")):
        side = list(base)
        for place in chosen:
            change = data.draw(st.sampled_from(["change", "add", "remove"]))
            side[place] = {"change": f"{word}\n", "add": f"{base[place]}{word}\n", "remove": ""}[
                change
            ]
        sides.append("".join(side))
    folder = tmp_path_factory.mktemp("merge")
    for name, text in zip(("yours", "base", "theirs"), (sides[0], "".join(base), sides[1]),
                          strict=True):  # fmt: skip
        (folder / name).write_text(text)
    done = subprocess.run(
        ["git", "merge-file", "-p", "yours", "base", "theirs"],
        cwd=folder, capture_output=True, text=True,
    )  # fmt: skip
    merged = merge_text("".join(base), *sides)
    if done.returncode == 0:
        assert (merged.text, merged.conflicts) == (done.stdout, ())
