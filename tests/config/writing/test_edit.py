from __future__ import annotations

from art.config.reading.positions import scan
from art.config.writing.edit import insert


def test_a_setting_goes_to_the_end_of_its_section() -> None:
    text = "[a]\nx = 1\n\n# about b\n[b]\ny = 2\n"
    assert insert(text, {("a",): {"z": "ż"}}, []) == (
        '[a]\nx = 1\nz = "ż"\n\n# about b\n[b]\ny = 2\n'
    )


def test_a_section_goes_behind_the_one_before_it() -> None:
    order = [("a",), ("a", "n"), ("b",), ("c",)]
    text = "# top\n[a]\nx = 1\n# of a\n\n# about c\n[c]\ny = 2"
    assert insert(text, {("b",): {"k": None}, ("a", "n"): {"m": True}}, order) == (
        "# top\n[a]\nx = 1\n# of a\n\n[a.n]\nm = true\n\n[b]\nk = null\n\n# about c\n[c]\ny = 2"
    )


def test_the_first_section_goes_above_the_comments_of_the_next() -> None:
    assert insert("# about b\n[b]\n", {("a",): {"x": 1}}, [("a",), ("b",)]) == (
        "[a]\nx = 1\n\n# about b\n[b]\n"
    )


def test_nothing_to_add_changes_nothing() -> None:
    assert insert("[a]\r\nx = 1", {("a",): {}}, [("a",)]) == "[a]\r\nx = 1"


def test_text_that_looks_like_a_reference_is_written_as_text() -> None:
    assert insert("[a]\n", {("a",): {"x": "${a.b}"}}, [("a",)]) == '[a]\nx = "$${a.b}"\n'


def test_an_empty_text_becomes_a_config() -> None:
    assert insert("", {("a",): {"x": 1}}, [("a",)]) == "[a]\nx = 1\n"


def test_what_is_added_is_indented_like_its_neighbours() -> None:
    order = [("a",), ("b",), ("c",)]
    text = "  [a]\n  x = 1\n  [c]\n  y = 2\n"
    changed = insert(text, {("a",): {"z": 3}, ("b",): {"k": 4}}, order)
    assert changed == "  [a]\n  x = 1\n  z = 3\n\n  [b]\n  k = 4\n\n  [c]\n  y = 2\n"
    assert [(key.key, key.text) for key in scan(changed, "c").keys] == [
        ("x", "1"),
        ("z", "3"),
        ("k", "4"),
        ("y", "2"),
    ]
